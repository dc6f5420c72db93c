// The work that a service has to go on with whatever else it does: a thread that throws and catches a little exception, and
// counts, a hundred times a second. A recorder that harms its target is seen by beats that are missing.
namespace Scope.Targets.Hostile;

/// <summary>Beats until it is disposed.</summary>
sealed class Heart : IDisposable
{
    const int BeatMillis = 10;

    readonly CancellationTokenSource _stop = new();
    readonly Thread _thread;
    long _beats;

    public Heart()
    {
        _thread = new(Run) { IsBackground = true, Name = "heart" };
        _thread.Start();
    }

    /// <summary>How often it has beaten.</summary>
    public long Beats => Interlocked.Read(ref _beats);

    void Run()
    {
        while (!_stop.Token.WaitHandle.WaitOne(BeatMillis))
        {
            try
            {
                throw new TimeoutException("a beat");
            }
            catch (TimeoutException)
            {
                Interlocked.Increment(ref _beats);
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
    }
}
