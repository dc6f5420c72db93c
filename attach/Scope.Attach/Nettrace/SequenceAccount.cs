// The account of what the target dropped. Each thread numbers its events from 1 as it raises them, dropped or not; so a gap
// in a thread's numbers, or a sequence point that knows a higher number than we saw, is a loss, and between which ticks.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class SequenceAccount(INettraceSink sink)
{
    struct Last
    {
        public uint Sequence;
        public long Ticks;
    }

    readonly Dictionary<long, Last> _threads = [];
    long _regionTicks, _lastPointTicks;
    bool _forgot;

    /// <summary>Version 6 never gives a thread's number to another thread.</summary>
    public bool NumbersAreUnique { get; set; }

    /// <summary>Events lost so far.</summary>
    public long Lost { get; private set; }

    /// <summary>From when on a thread that we know nothing of may have lost events.</summary>
    public void Begin(long ticks) => _regionTicks = _lastPointTicks = ticks;

    /// <summary>A thread's run begins with this event, or goes on with a gap before it.</summary>
    public void Jump(long thread, uint sequence, long ticks)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_threads, thread, out var known);
        var lost = (int)(sequence - last.Sequence - 1);
        if (!known)
        {
            last.Ticks = _regionTicks;
            if (_forgot) lost = 0;
        }
        else if (lost < 0 && !NumbersAreUnique)
        {
            lost = (int)(sequence - 1); // Another thread that got the number of one that ended.
        }
        if (lost > 0) Tell(thread, last.Ticks, ticks, lost);
        last = new() { Sequence = sequence, Ticks = ticks };
    }

    /// <summary>A run ends here: the events since its first followed each other without a gap.</summary>
    public void RunEnds(long thread, uint sequence, long ticks) => _threads[thread] = new() { Sequence = sequence, Ticks = ticks };

    /// <summary>
    /// A sequence point, or the end of a thread, says what number the thread had reached. It may say less than it had, so
    /// it does not move the time from when on the next loss can be.
    /// </summary>
    public void Reached(long thread, uint sequence, long ticks)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_threads, thread, out var known);
        var lost = known || !_forgot ? (int)(sequence - last.Sequence) : 0;
        if (!known) last.Ticks = _regionTicks;
        if (lost > 0) Tell(thread, last.Ticks, ticks, lost);
        if (lost >= 0 || !known) last.Sequence = sequence;
    }

    /// <summary>After a sequence point: threads not seen yet are taken to have begun after the point before it.</summary>
    public void RegionEnds(long ticks)
    {
        (_regionTicks, _lastPointTicks) = (_lastPointTicks, ticks);
        if (_threads.Count < Limits.Threads) return;
        _threads.Clear();
        _forgot = true;
    }

    /// <summary>The thread will raise no more.</summary>
    public void Remove(long thread) => _threads.Remove(thread);

    /// <summary>Version 6: threads are numbered anew.</summary>
    public void Clear() => _threads.Clear();

    void Tell(long thread, long from, long to, int count)
    {
        Lost += count;
        sink.Lost(thread, Math.Min(from, to), to, count);
    }
}
