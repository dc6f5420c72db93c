// What ends a recording from outside: Ctrl+C, SIGTERM, SIGHUP, Enter, or the time that was asked for. The first one ends
// it in good order; a second Ctrl+C no longer waits for the report, and the recording is kept all the same. Where there is no
// recording yet, it gives up attaching.
using System.Runtime.InteropServices;

namespace Scope.Agent.Live;

/// <summary>Watches for the end; dispose to give the signals back.</summary>
sealed class StopSignals : IDisposable
{
    const int OrderMillis = 1000; // A target that answers lets go of us in a tenth of that.

    readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _hurry = new();
    readonly CancellationTokenSource _done = new();
    readonly PosixSignalRegistration[] _registrations;

    public StopSignals(TimeSpan? duration, bool watchEnter)
    {
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(s => PosixSignalRegistration.Create(s, OnSignal))];
        EndAfter(duration);
        if (watchEnter && !Console.IsInputRedirected) new Thread(WaitForEnter) { IsBackground = true, Name = "scope enter" }.Start();
    }

    /// <summary>Done when the recording is to end.</summary>
    public Task Stop => _stop.Task;

    /// <summary>Ends it as if somebody had asked.</summary>
    public void End() => _stop.TrySetResult();

    /// <summary>Ends it so long from now; null for no such end.</summary>
    public void EndAfter(TimeSpan? duration)
    {
        if (duration is { } time) _ = StopAfterAsync(time);
    }

    /// <summary>Cancelled when the user asked a second time.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>Waits for what heeds <see cref="Hurry"/>: once asked a second time, no longer than it takes to put things in order. A target that hangs would have us wait for its answers; when we end, the kernel closes what is open.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<T> OrGiveUpAsync<T>(Task<T> begun)
    {
        using var late = new CancellationTokenSource();
        await using var asked = Hurry.Register(() => late.CancelAfter(OrderMillis));
        return await begun.WaitAsync(late.Token);
    }

    public void Dispose()
    {
        _done.Cancel();
        foreach (var registration in _registrations) registration.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.TrySetResult()) _hurry.Cancel();
    }

    async Task StopAfterAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _done.Token);
            _stop.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // It ended before its time.
        }
    }

    void WaitForEnter()
    {
        if (Console.ReadLine() is not null) _stop.TrySetResult();
    }
}
