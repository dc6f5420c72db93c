// Writes a recording while it happens, on a thread of its own: reads what the hot index got since the last time and
// appends it, each 100 ms or so, and acknowledges what the disk keeps. When the disk refuses it waits and tries again, and
// the events wait in the hot index; only what leaves the index meanwhile is lost, and counted. Capture never waits for the disk.
// An event that cannot be written, by a mistake of ours, is found by halves, set aside and counted.
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>Copies events with consecutive ids, as the hot index's Read does: from one on or, when it is gone already, from the oldest that is held.</summary>
/// <param name="from">The id of the first event wanted.</param>
/// <param name="into">Where they go; as many as there are and fit.</param>
/// <param name="first">The id of the first event copied.</param>
/// <returns>How many were copied.</returns>
public delegate int EventFeed(EventId from, Span<ScopeEvent> into, out EventId first);

/// <summary>How a recording that is being written is doing.</summary>
/// <param name="Written">Events that are in the folder.</param>
/// <param name="Acknowledged">Those of them that the disk was made to keep, by the policy: no death and no failure of power takes them.</param>
/// <param name="Bytes">Bytes of segments that were written.</param>
/// <param name="Lost">Events that left memory before they could be written.</param>
/// <param name="Problem">What keeps it from writing right now, and what to do; null when nothing does.</param>
public sealed record RecordingStatus(long Written, long Acknowledged, long Bytes, long Lost, string? Problem);

/// <summary>Writes one recording.</summary>
public sealed class RecordingWriter : IDisposable
{
    const string Name = "recording"; // In the ledger.
    const int PollMillis = 50, FlushMillis = 100, SyncMillis = 100, RetryMillis = 500, InfoMillis = 5000;

    readonly string _folder;
    readonly Ledger _ledger;
    readonly Catalog _catalog;
    readonly EventFeed _feed;
    readonly Action<DeadLetter> _setAside;
    readonly RecordingSegments _segments;
    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;
    readonly Lock _infoLock = new();
    RecordingInfo _info;

    // The writer thread's own.
    readonly ScopeEvent[] _batch = new ScopeEvent[Limits.SegmentFrameEvents];
    EventId _first;
    int _filled, _most = Limits.SegmentFrameEvents; // How many are written at once: fewer where one of them fails.
    long _written, _lost, _lostBefore, _payloadsMissed;
    (EventId Next, long Written, long Lost) _kept, _begun; // How it stood when all was kept, and when the open segment was begun.
    EventTime _lastTime;
    long _flushAt, _syncAt, _retryAt, _infoAt;
    bool _refused, _beginsAgain;
    string? _infoProblem;

    volatile RecordingStatus _status = new(0, 0, 0, 0, null);

    RecordingWriter(string folder, RecordingInfo info, Catalog catalog, Ledger ledger, EventFeed feed, SyncPolicy sync, Action<DeadLetter> setAside)
    {
        (_folder, _info, _catalog, _ledger, _feed, _setAside) = (folder, info, catalog, ledger, feed, setAside);
        _segments = new(folder, catalog, sync);
        _lastTime = info.Started;
        _flushAt = Environment.TickCount64 + FlushMillis;
        _thread = new(Run) { IsBackground = true, Name = "scope recording" };
    }

    /// <summary>Starts to write into a folder, made when missing; see <see cref="RecordingFolder.Create"/> for its name.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="info">What is known at the start: version, time, sources.</param>
    /// <param name="catalog">What the events' handles refer to.</param>
    /// <param name="ledger">Where losses are counted, and what recording.json repeats.</param>
    /// <param name="feed">Where events come from.</param>
    /// <param name="sync">When the disk is made to keep what was written.</param>
    /// <param name="setAside">Keeps an event that a mistake of ours keeps from being written; where nobody does, it is only counted.</param>
    public static RecordingWriter Start(string folder, RecordingInfo info, Catalog catalog, Ledger ledger, EventFeed feed, SyncPolicy sync = SyncPolicy.Each100Millis, Action<DeadLetter>? setAside = null)
    {
        var writer = new RecordingWriter(folder, info, catalog, ledger, feed, sync, setAside ?? (_ => { }));
        writer._thread.Start();
        return writer;
    }

    /// <summary>How it is doing.</summary>
    public RecordingStatus Status => _status;

    /// <summary>The recording's folder.</summary>
    public string Folder => _folder;

    /// <summary>Tells more about the recording, such as a source that was added.</summary>
    public void Describe(Func<RecordingInfo, RecordingInfo> change)
    {
        lock (_infoLock) _info = change(_info);
    }

    /// <summary>Writes what is left, ends the recording in order, and says how it went. Once the events have stopped coming.</summary>
    public RecordingStatus Stop()
    {
        _stop.Set();
        _thread.Join();
        return _status;
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    void Run()
    {
        WriteInfo(cleanEnd: false);
        while (true)
        {
            var stopping = _stop.IsSet;
            var got = _filled < _batch.Length ? Fill() : 0;
            var now = Environment.TickCount64;
            if (_filled == _batch.Length || now >= _flushAt || stopping) Flush(now, stopping);
            if (now >= _syncAt && !stopping) Keep(now);
            if (now >= _infoAt) WriteInfo(cleanEnd: false);
            Tell(_refused ? _segments.Problem : _infoProblem);
            if (stopping && (_refused || (got == 0 && !_beginsAgain && _filled == 0))) break;
            if (got == 0 || _refused) _stop.Wait(PollMillis);
        }
        Finish();
    }

    /// <summary>Reads more events behind those that wait to be written; gives how many.</summary>
    int Fill()
    {
        _beginsAgain = false;
        var expected = new EventId(_first.Value + _filled);
        var got = _feed(expected, _batch.AsSpan(_filled), out var first);
        if (got == 0) return 0;
        if (first != expected)
        {
            if (_filled > 0) Flush(Environment.TickCount64, force: false);
            if (_filled > 0 || _first != expected) return 0; // Refused. What was read now is still in the index.
            got = _feed(expected, _batch, out first);
            if (got == 0) return 0;
            CountGap(first.Value - expected.Value, _batch[0].Time);
            _first = first;
        }
        _filled += got;
        return got;
    }

    void Flush(long now, bool force)
    {
        if (_filled == 0 || (now < _retryAt && !force)) return;
        var batch = _batch.AsSpan(0, Math.Min(_filled, _most));
        if (_segments.IsBetweenSegments) _begun = (_first, _written, _lost);
        var outcome = _segments.Append(batch, _first);
        _refused = outcome == WriteOutcome.Refused;
        if (outcome == WriteOutcome.Written)
        {
            _written += batch.Length;
            _lastTime = batch[^1].Time;
            TakeOut(batch.Length);
            _most = Math.Min(_batch.Length, _most * 2);
            _flushAt = _filled == 0 ? now + FlushMillis : now;
            CountPayloads();
        }
        else if (outcome == WriteOutcome.Failed) Narrow(batch);
        else _retryAt = now + RetryMillis;
        if (outcome == WriteOutcome.Gone) BeginAgain();
        else Acknowledge();
    }

    void TakeOut(int count)
    {
        _first = new(_first.Value + count);
        _filled -= count;
        _batch.AsSpan(count, _filled).CopyTo(_batch);
    }

    // Among many it is not known which one was failed at: they are written again, half of them at once.
    void Narrow(ReadOnlySpan<ScopeEvent> batch)
    {
        _most = Math.Max(1, batch.Length / 2);
        if (batch.Length > 1) return;
        ref readonly var e = ref batch[0];
        _ledger.Lost(LossSource.Stage, Name, e.Time, e.Time, 1);
        _setAside(DeadLetter.Of(Name, e.Time, e.Kind.ToString(), e, _segments.Mistake!));
        TakeOut(1);
    }

    void Keep(long now)
    {
        _segments.TrySync();
        _syncAt = now + SyncMillis;
        Acknowledge();
    }

    /// <summary>What the disk keeps is acknowledged. What it took and then would not keep is written again, as far as memory still has it.</summary>
    void Acknowledge()
    {
        if (_segments.TakeCutBack())
        {
            GoBack(_kept);
            _refused = true;
            _retryAt = Environment.TickCount64 + RetryMillis;
        }
        else if (_segments.IsKept) _kept = (_first, _written, _lost);
    }

    /// <summary>What was written is gone: starts over with the oldest event of it that is still in memory.</summary>
    void BeginAgain()
    {
        _segments.TakeCutBack();
        GoBack(_segments.HoldsOneBefore ? _begun : default);
        _retryAt = _infoAt = 0;
        _beginsAgain = true;
    }

    void GoBack((EventId Next, long Written, long Lost) to)
    {
        _lostBefore = _lost - to.Lost;
        (_first, _written, _filled, _kept) = (to.Next, to.Written, 0, to);
    }

    void CountGap(long missing, EventTime until)
    {
        // Going back comes upon the old gaps again.
        var known = Math.Min(missing, _lostBefore);
        _lostBefore -= known;
        Lose(missing - known, until);
    }

    void Lose(long events, EventTime until)
    {
        _lost += events;
        _ledger.Lost(LossSource.Disk, Name, _lastTime, until, events);
    }

    void CountPayloads()
    {
        var missed = _segments.PayloadsMissed;
        _ledger.Lost(LossSource.Payload, Name, _lastTime, _lastTime, missed - _payloadsMissed);
        _payloadsMissed = missed;
    }

    void Finish()
    {
        if (_refused) LoseTheRest();
        var sealedInOrder = _segments.TrySeal();
        var written = _written;
        Acknowledge();
        Lose(written - _written, _lastTime);
        WriteInfo(cleanEnd: true);
        Tell(_refused || !sealedInOrder ? _segments.Problem : _infoProblem);
    }

    void LoseTheRest()
    {
        var next = new EventId(_first.Value + _filled);
        while (_feed(next, _batch, out var first) is > 0 and var left) next = new(first.Value + left);
        CountGap(next.Value - _first.Value, _lastTime);
    }

    void Tell(string? problem) => _status = new(_written, _kept.Written, _segments.Bytes, _lost, problem);

    void WriteInfo(bool cleanEnd)
    {
        _infoAt = Environment.TickCount64 + InfoMillis;
        RecordingInfo info;
        lock (_infoLock) info = _info;
        try
        {
            if (!Directory.Exists(_folder)) RecordingFolder.Make(_folder);
            (info with
            {
                Ended = _catalog.Clock.Now,
                CleanEnd = cleanEnd,
                Targets = _catalog.Targets.All,
                Ledger = _ledger.Summary(),
                Events = _written,
                Segments = _segments.Count,
            }).Write(_folder);
            _infoProblem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _infoProblem = $"{_folder}: {e.Message}";
            _infoAt = Environment.TickCount64 + RetryMillis;
        }
    }
}
