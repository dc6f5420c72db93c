// The segments of a recording while it is written: which one is open, when the next one begins, and what to do when the
// disk refuses or the folder is taken away.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>What came of an attempt to write.</summary>
enum WriteOutcome
{
    /// <summary>It is written.</summary>
    Written,
    /// <summary>The disk refused; try again later.</summary>
    Refused,
    /// <summary>The folder or the open segment is gone, with what was in it.</summary>
    Gone,
    /// <summary>A mistake of ours at one of the events.</summary>
    Failed,
}

/// <summary>Appends events to the segments of one folder.</summary>
sealed class RecordingSegments(string folder, Catalog catalog, SyncPolicy sync)
{
    SegmentFileWriter _file = new(catalog);
    long _missedBefore;

    /// <summary>How many segments were begun.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes the closed segments have.</summary>
    long _closedBytes;

    /// <summary>How many bytes were written.</summary>
    public long Bytes => _closedBytes + (_file.IsOpen ? _file.Bytes : 0);

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed => _missedBefore + _file.PayloadsMissed;

    /// <summary>The mistake of ours that was met last.</summary>
    public Exception? Mistake { get; private set; }

    /// <summary>What was wrong last, in words for the user.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Whether all that was written is kept, as the policy understands it.</summary>
    public bool IsKept => sync == SyncPolicy.Never || _file.IsSynced;

    /// <summary>Whether the disk refused to keep what it had taken, so that all since <see cref="IsKept"/> was last true is cut off; asked once.</summary>
    public bool TakeCutBack()
    {
        var was = _cutBack;
        _cutBack = false;
        return was;
    }
    bool _cutBack;

    /// <summary>Whether the next event begins a segment.</summary>
    public bool IsBetweenSegments => !_file.IsOpen;

    /// <summary>Whether the segment before the last one begun is still there.</summary>
    public bool HoldsOneBefore => File.Exists(RecordingFolder.SegmentPath(folder, Count - 1));

    /// <summary>Appends events whose ids count up from the first one's by one.</summary>
    public WriteOutcome Append(ReadOnlySpan<ScopeEvent> events, EventId first)
    {
        if (_file.IsOpen && !File.Exists(_file.Path))
        {
            Problem = $"{_file.Path} was removed while it was being written; beginning again with what is still in memory";
            GiveUp();
            return WriteOutcome.Gone;
        }
        if (TryAppend(events, first) is not WriteOutcome.Written and var outcome) return outcome;
        // The events are written, whatever comes of the rest.
        if (_file.Bytes >= Limits.SegmentBytes || _file.EventCount >= Limits.SegmentFullEvents) TrySeal();
        else if (sync == SyncPolicy.Always) TrySync();
        return WriteOutcome.Written;
    }

    /// <summary>Makes the disk keep what was written, unless that is left to the system.</summary>
    public void TrySync() => Try(() =>
    {
        if (sync != SyncPolicy.Never) _file.Sync();
    });

    /// <summary>Ends the open segment in order.</summary>
    public bool TrySeal() => Try(() =>
    {
        if (!_file.IsOpen) return;
        _file.Seal(sync != SyncPolicy.Never);
        _closedBytes += _file.Bytes;
    });

    WriteOutcome TryAppend(ReadOnlySpan<ScopeEvent> events, EventId first)
    {
        try
        {
            if (!_file.IsOpen) Begin();
            _file.Append(events, first);
            return WriteOutcome.Written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
            return WriteOutcome.Refused;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // What was whole before it stays; what the encoder holds now may be half of something.
            Mistake = bug;
            GiveUp();
            _missedBefore += _file.PayloadsMissed;
            _file = new(catalog);
            return WriteOutcome.Failed;
        }
    }

    /// <summary>Does something with files; when it fails, keeps the reason and gives the open segment up.</summary>
    bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
            return false;
        }
    }

    void Begin()
    {
        if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
        _file.Open(RecordingFolder.SegmentPath(folder, Count + 1), Count + 1);
        Count++;
    }

    void Fail(Exception e)
    {
        Problem = $"{folder}: {e.Message} Recording goes on in memory; make room or give access, and it goes on here";
        GiveUp();
    }

    void GiveUp()
    {
        if (!_file.IsOpen) return;
        if (!_file.Abandon(sync != SyncPolicy.Never)) _cutBack = true;
        _closedBytes += _file.Bytes;
    }
}
