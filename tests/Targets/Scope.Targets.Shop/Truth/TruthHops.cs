// The ways in which real code moves between threads in the middle of a request. After each hop the same work is done in
// an activity of its own, so that a recorder that keeps to the thread, or to the request, is caught out.
using System.Diagnostics;

namespace Scope.Targets.Shop.Truth;

/// <summary>Does work after each kind of hop.</summary>
public sealed class TruthHops
{
    static readonly ActivitySource Source = new("Scope.Truth");

    /// <summary>Does the work once a hop, and returns how often.</summary>
    public async Task<int> RunAsync(Action work)
    {
        int done = 0;
        void Step(string hop)
        {
            using var activity = Source.StartActivity(hop);
            work();
            Interlocked.Increment(ref done);
        }

        work();
        Step("straight");
        await Task.Yield();
        Step("yield");
        await Task.Delay(3);
        Step("delay");
        await Task.Run(() => Step("run"));
        await Task.WhenAll(DelayedAsync(() => Step("all-one")), DelayedAsync(() => Step("all-two")));
        await Task.Delay(1).ContinueWith(_ => Step("continue-with"), TaskScheduler.Default);
        await OnNewThreadAsync(() => Step("thread"));
        work();
        return done + 2;
    }

    static async Task DelayedAsync(Action step)
    {
        await Task.Delay(2);
        step();
        await Task.Yield();
    }

    static Task OnNewThreadAsync(Action step)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            step();
            ended.SetResult();
        }) { IsBackground = true }.Start();
        return ended.Task;
    }
}
