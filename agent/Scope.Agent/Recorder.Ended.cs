// How a recording notices that there is nothing more to come: its sessions end with the target. Where a child that the target
// forked holds the target's sockets, no session ends, and the kernel's word counts.
using Scope.Agent.Sources;

namespace Scope.Agent;

sealed partial class Recorder
{
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when all sessions have ended, because the target did or because they broke, or when the target has gone.</summary>
    public Task Ended => _ended.Task;

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
