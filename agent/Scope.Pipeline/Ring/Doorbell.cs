// How a reader of several rings sleeps until one of them has something, and how little that costs the writers: a fence
// and a look at a flag each time they publish a batch.
//
// The two sides follow Dekker's rule. The reader says that it sleeps, then looks at the rings once more; the writer
// publishes, then looks whether somebody sleeps. With a full fence between the two steps on both sides, at least one of
// them sees the other, so that no event is left behind a sleeping reader.
namespace Scope.Pipeline.Ring;

/// <summary>Wakes the one thread that waits for several rings.</summary>
public sealed class Doorbell
{
    readonly AutoResetEvent _bell = new(false);
    int _asleep;

    /// <summary>Wakes the sleeper if there is one. What it shall find must be published before.</summary>
    public void Ring()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0) Wake();
    }

    /// <summary>The sleeper's first step; after it, look for work once more.</summary>
    public void AboutToSleep() => Interlocked.Exchange(ref _asleep, 1);

    /// <summary>There was work after all.</summary>
    public void StayAwake() => Volatile.Write(ref _asleep, 0);

    /// <summary>Sleeps until the bell rings; -1 for no end. A bell from before may end it early.</summary>
    public void Sleep(int millis)
    {
        _bell.WaitOne(millis);
        Volatile.Write(ref _asleep, 0);
    }

    void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) != 0) _bell.Set();
    }
}
