// Keeps a spool in order while somebody records into it: what killed recorders left is sealed, and its bounds hold.
using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Agent;

/// <summary>Keeps a spool within its bounds until it is disposed, and once more then.</summary>
sealed class SpoolKeeping : IDisposable
{
    static readonly TimeSpan Each = TimeSpan.FromSeconds(5);

    readonly SpoolFolder _spool;
    readonly bool _isShipped;
    readonly Action<string> _note;
    readonly CancellationTokenSource _end = new();
    readonly Task _keeping;

    /// <param name="spool">The spool.</param>
    /// <param name="isShipped">Whether a database takes what is in it.</param>
    /// <param name="note">Is told what keeps it from that.</param>
    public SpoolKeeping(SpoolFolder spool, bool isShipped, Action<string> note)
    {
        (_spool, _isShipped, _note) = (spool, isShipped, note);
        _keeping = KeepAsync();
    }

    /// <summary>How much of the bound is taken, by the last look, by what the database has not got; 0 where nothing is shipped.</summary>
    public double Fill { get; private set; }

    /// <summary>Puts in order what killed recorders left; gives what could not be, which is no reason not to record.</summary>
    public static string? Recover(SpoolFolder spool)
    {
        try
        {
            spool.Recover();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"what a killed recorder left in the spool {spool.Path} could not be put in order, and is tried again next time: {e.Message}";
        }
    }

    async Task KeepAsync()
    {
        using var pace = new PeriodicTimer(Each);
        try
        {
            while (await pace.WaitForNextTickAsync(_end.Token)) Keep();
        }
        catch (OperationCanceledException)
        {
            Keep(); // The next one to record here begins within the bounds.
        }
    }

    void Keep()
    {
        try
        {
            _spool.Keep(EventTime.Now);
            if (_isShipped) Fill = _spool.Status().Backlogs.Max(b => (double)b.Bytes / _spool.Limits.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _note($"the spool {_spool.Path} cannot be kept within its bounds: {e.Message}");
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _keeping.Wait();
        _end.Dispose();
    }
}
