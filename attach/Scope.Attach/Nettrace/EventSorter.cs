// Puts events into the order of time. Each thread writes its own in order, so the stream is a row of runs whose ticks
// rise. The rule of the format: an event marked sorted, at T, says that nothing before T is still to come. So
//   1. each event is kept as a small record; its payload stays where it was read;
//   2. a run ends where ticks fall, which is where another thread goes on;
//   3. at a sorted event the runs are merged up to T by a heap of their next events, and the event itself follows;
//   4. at a sequence point, and when a live stream falls silent, everything goes out.
// Ties go out in the order of the stream, so that the same bytes always give the same order.
using System.Buffers;
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class EventSorter(StreamWindow window, NettraceEmitter emitter)
{
    struct Record
    {
        public NettraceEvent Event;
        public long PayloadOffset;
        public int PayloadBytes;
        public int MetadataId;
    }

    struct Run
    {
        public int Next;
        public int End;
    }

    Record[] _records = ArrayPool<Record>.Shared.Rent(256);
    int _recordCount, _pending;
    Run[] _runs = new Run[64];
    int _runCount;
    int[] _heap = new int[64];
    int _heapCount;
    long _openTicks;
    bool _open;

    /// <summary>Events that wait.</summary>
    public int Pending => _pending;

    /// <summary>Keeps an event until its time has come.</summary>
    public void Add(in EventHeader header, long payloadOffset)
    {
        if (_pending == Limits.NettracePendingEvents) EmitAll();
        if (_recordCount == _records.Length) MakeRoom();
        if (!_open || header.Event.Ticks < _openTicks) OpenRun(header.Event.Ticks);
        _openTicks = header.Event.Ticks;
        ref var record = ref _records[_recordCount++];
        record.Event = header.Event;
        record.PayloadOffset = payloadOffset;
        record.PayloadBytes = header.PayloadBytes;
        record.MetadataId = header.MetadataId;
        _runs[_runCount - 1].End = _recordCount;
        _pending++;
    }

    /// <summary>Gives all that happened before these ticks.</summary>
    public void EmitBefore(long ticks)
    {
        _open = false;
        while (_heapCount > 0)
        {
            var first = _heap[0];
            if (NextTicks(first) >= ticks) break;
            EmitRun(first, ticks);
            if (_runs[first].Next == _runs[first].End) RemoveTop(); else SiftDown(0);
        }
        if (_pending == 0) _recordCount = _runCount = 0;
    }

    /// <summary>Gives all that waits.</summary>
    public void EmitAll()
    {
        EmitBefore(long.MaxValue);
        if (_pending == 0) return;
        // Only a mutated stream has an event at the very end of time.
        for (var run = 0; run < _runCount; run++) while (_runs[run].Next < _runs[run].End) Emit(ref _runs[run]);
        _recordCount = _runCount = _heapCount = 0;
    }

    /// <summary>Something failed in the middle: what still waits is put in order anew.</summary>
    public void Mend()
    {
        _open = false;
        Compact();
    }

    /// <summary>The offset of the first payload that is still needed; <see cref="long.MaxValue"/> when none is.</summary>
    public long FirstNeeded()
    {
        for (var run = 0; run < _runCount && _pending > 0; run++)
            if (_runs[run].Next < _runs[run].End) return _records[_runs[run].Next].PayloadOffset;
        return long.MaxValue;
    }

    /// <summary>Gives the memory back; nothing may be added after it.</summary>
    public void Release()
    {
        ArrayPool<Record>.Shared.Return(_records);
        _records = [];
    }

    /// <summary>Emits the front of a run for as long as no other run has an earlier event.</summary>
    void EmitRun(int index, long ticks)
    {
        var rival = RivalOf(0);
        var until = ticks - 1;
        if (rival >= 0)
        {
            var rivalTicks = NextTicks(rival);
            until = Math.Min(until, index < rival ? rivalTicks : rivalTicks - 1);
        }
        ref var run = ref _runs[index];
        // The first goes out in any case: it is the earliest of all.
        do Emit(ref run);
        while (run.Next < run.End && _records[run.Next].Event.Ticks <= until);
    }

    void Emit(ref Run run)
    {
        ref var record = ref _records[run.Next++];
        _pending--;
        emitter.Emit(record.MetadataId, in record.Event, window.At(record.PayloadOffset, record.PayloadBytes));
    }

    void OpenRun(long ticks)
    {
        if (_runCount == _runs.Length)
        {
            Array.Resize(ref _runs, _runCount * 2);
            Array.Resize(ref _heap, _runCount * 2);
        }
        _runs[_runCount] = new() { Next = _recordCount, End = _recordCount + 1 };
        _records[_recordCount].Event.Ticks = ticks; // The heap compares by it before the record is filled.
        _open = true;
        Push(_runCount++);
    }

    /// <summary>Moves what waits to the front when that gains half of the room, else doubles it.</summary>
    void MakeRoom()
    {
        if (_pending > _records.Length / 2) Grow();
        else Compact();
    }

    void Grow()
    {
        var old = _records;
        _records = ArrayPool<Record>.Shared.Rent(old.Length * 2);
        old.CopyTo(_records.AsSpan());
        ArrayPool<Record>.Shared.Return(old);
    }

    void Compact()
    {
        int records = 0, runs = 0;
        for (var run = 0; run < _runCount; run++)
        {
            var (next, end) = (_runs[run].Next, _runs[run].End);
            if (next == end) continue;
            Array.Copy(_records, next, _records, records, end - next);
            _runs[runs++] = new() { Next = records, End = records += end - next };
        }
        // A run that is open has events that wait, so it is still the last one.
        (_recordCount, _runCount) = (records, runs);
        _heapCount = 0;
        for (var run = 0; run < runs; run++) Push(run);
    }

    long NextTicks(int run) => _records[_runs[run].Next].Event.Ticks;

    bool IsBefore(int left, int right)
    {
        long leftTicks = NextTicks(left), rightTicks = NextTicks(right);
        return leftTicks != rightTicks ? leftTicks < rightTicks : left < right;
    }

    /// <summary>The earlier of the two below the top: who comes next after it; -1 for none.</summary>
    int RivalOf(int top)
    {
        var child = 2 * top + 1;
        if (child >= _heapCount) return -1;
        return child + 1 < _heapCount && IsBefore(_heap[child + 1], _heap[child]) ? _heap[child + 1] : _heap[child];
    }

    void Push(int run)
    {
        var at = _heapCount++;
        while (at > 0 && IsBefore(run, _heap[(at - 1) / 2]))
        {
            _heap[at] = _heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        _heap[at] = run;
    }

    void RemoveTop()
    {
        _heap[0] = _heap[--_heapCount];
        if (_heapCount > 0) SiftDown(0);
    }

    void SiftDown(int at)
    {
        var run = _heap[at];
        for (var child = 2 * at + 1; child < _heapCount; child = 2 * at + 1)
        {
            if (child + 1 < _heapCount && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], run)) break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = run;
    }
}
