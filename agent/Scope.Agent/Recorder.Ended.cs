// How a recording notices that there is nothing more to come: its sessions end with the target. Where a child that the target
// forked holds the target's sockets, no session ends, and the kernel's word counts. One that could not begin leaves nothing.
using Scope.Agent.Sources;
using Scope.Attach.Processes;

namespace Scope.Agent;

sealed partial class Recorder
{
    const int MostExitMillis = 3000, LookMillis = 50;

    readonly string? _program;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when all sessions have ended, because the target did or because they broke, or when the target has gone.</summary>
    public Task Ended => _ended.Task;

    // As if it had never begun.
    async Task ForgetAsync()
    {
        await DisposeAsync();
        _place.Remove();
    }

    // A process that lives on without the runtime that we knew is another program, as exec makes it; one that is only ending is
    // still the program that it was.
    async Task<bool> HasGivenWayAsync()
    {
        using var limit = new CancellationTokenSource(MostExitMillis);
        try
        {
            for (; ProcessList.Read(Pid) is not null; await Task.Delay(LookMillis, limit.Token))
            {
                if (await _port.IsAnotherAsync(limit.Token) is { } another) return another;
                if (ProgramOf(Pid) is { } program && program != _program) return true;
            }
        }
        catch (OperationCanceledException)
        {
            // It hangs on its way out, or hangs altogether: then tracing broke off.
        }
        return false;
    }

    static string? ProgramOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/exe").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    async Task WatchEndAsync(Task targetGone)
    {
        SessionSource[] sources;
        do
        {
            sources = _sources;
            await Task.WhenAny(Task.WhenAll(sources.Select(s => s.Outcome)), targetGone);
        }
        while (sources != _sources && !targetGone.IsCompleted); // One was opened meanwhile.
        _ended.SetResult();
    }
}
