// The segments of a recording while it is written: which one is open, when the next one begins, and what to do when the
// disk refuses or the folder is taken away.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>When what was written is made to survive a power failure. What was written survives the death of Scope in any case.</summary>
public enum SyncPolicy
{
    /// <summary>Once a second.</summary>
    EachSecond,
    /// <summary>After each frame.</summary>
    EachFrame,
    /// <summary>When a segment is full, and at the end.</summary>
    AtSeal,
}

/// <summary>What came of an attempt to write.</summary>
enum WriteOutcome
{
    /// <summary>It is written.</summary>
    Written,
    /// <summary>The disk refused; try again later.</summary>
    Refused,
    /// <summary>The folder or the open segment is gone, and what was in it.</summary>
    Gone,
}

/// <summary>Appends events to the segments of one folder.</summary>
sealed class RecordingSegments(string folder, Catalog catalog, SyncPolicy sync)
{
    readonly SegmentFileWriter _file = new(catalog);

    /// <summary>How many segments were begun.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes the closed segments have.</summary>
    long _closedBytes;

    /// <summary>How many bytes were written.</summary>
    public long Bytes => _closedBytes + (_file.IsOpen ? _file.Bytes : 0);

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed => _file.PayloadsMissed;

    /// <summary>What was wrong last, in words for the user.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Appends events whose ids count up from the first one's by one.</summary>
    public WriteOutcome Append(ReadOnlySpan<ScopeEvent> events, EventId first)
    {
        try
        {
            if (_file.IsOpen && !File.Exists(_file.Path))
            {
                Problem = $"{_file.Path} was removed while it was being written; beginning again with what is still in memory";
                GiveUp();
                return WriteOutcome.Gone;
            }
            if (!_file.IsOpen) Begin();
            _file.Append(events, first);
            if (sync == SyncPolicy.EachFrame) _file.Sync();
            if (_file.Bytes >= Limits.SegmentBytes || _file.EventCount >= Limits.SegmentFullEvents) Close();
            return WriteOutcome.Written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"{folder}: {e.Message} Recording goes on in memory; make room or give access, and it goes on here";
            GiveUp();
            return WriteOutcome.Refused;
        }
    }

    /// <summary>Makes the disk keep what was written, where the policy says so.</summary>
    public bool TrySync() => Try(() =>
    {
        if (sync == SyncPolicy.EachSecond) _file.Sync();
    });

    /// <summary>Ends the open segment in order.</summary>
    public bool TrySeal() => Try(() =>
    {
        if (_file.IsOpen) Close();
    });

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
            Problem = $"{folder}: {e.Message}";
            GiveUp();
            return false;
        }
    }

    void Begin()
    {
        if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
        _file.Open(RecordingFolder.SegmentPath(folder, Count + 1), Count + 1);
        Count++;
    }

    void Close()
    {
        _closedBytes += _file.Bytes;
        _file.Seal();
    }

    void GiveUp()
    {
        if (!_file.IsOpen) return;
        _closedBytes += _file.Bytes;
        _file.Abandon();
    }
}
