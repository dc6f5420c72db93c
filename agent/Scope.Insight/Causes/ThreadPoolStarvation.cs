// thread-pool-starvation: the workers of the thread pool stand still, so work that could run waits for a thread.
// Looks for: workers that are blocked most of the time while the runtime adds more because of it; or nearly all the time
//            while work waits in the queue, or several times as many as there are processors, added before we came.
// In: pool adjustments with the runtime's reasons; the length of its queue; stacks of workers in CPU samples.
// Scores: by the share of request time spent in blocked workers.
// Culprit: the application's method that most workers stand still in: the cause is what they wait in, not the queue.
// Refuted by: workers that run (then the processors are short, not the threads).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds a starved thread pool.</summary>
internal sealed class ThreadPoolStarvation : ICause
{
    const int FewestInjections = 3; // One or two happen when a service warms up.
    const double TimesTheProcessors = 3; // The pool has one worker for each processor, and the hill climbing tries a few more; past this they were added for standing still.
    const double AlmostAll = 0.9; // Without the runtime's own word for it.
    const double BlockedShare = 0.6; // Workers of a busy, healthy pool mostly run; here most stand still.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var pool = at.Pool;
        if (pool.BlockedShare < BlockedShare || pool.Blocked.Count == 0) yield break;
        var blocked = at.Samples.Threads(pool.BlockedNanos);
        if (pool.Injections < FewestInjections && !GrewBefore(at, pool, blocked)) yield break;
        // The pool begins with one worker for each processor: until that many stand still, others can run.
        if (blocked < Math.Max(1, at.Processors)) yield break;
        yield return Suspect(at, pool, blocked);
    }

    /// <summary>Whether the pool starves without adding workers now: nearly all of them stand still, in something known, while work waits for most of the time or there are far more than processors.</summary>
    static bool GrewBefore(Investigation at, PoolTimeline pool, double blocked) => pool.BlockedShare >= AlmostAll && pool.Blocked.Top.Wait != Wait.None
        && (TimesWaitedFor(at) > at.Metrics[RuntimeCounters.PoolQueue].Count / 2.0 || blocked >= TimesTheProcessors * Math.Max(1, at.Processors));

    /// <summary>How often the runtime told that more work waits than there are processors to do it: with the workers standing still, that is for want of a worker.</summary>
    static double TimesWaitedFor(Investigation at) => at.Metrics[RuntimeCounters.PoolQueue].Count * at.Metrics[RuntimeCounters.PoolQueue].ShareOf(length => length > Math.Max(1, at.Processors));

    static Suspicion Suspect(Investigation at, PoolTimeline pool, double blocked)
    {
        var top = pool.Blocked.Heaviest.Select(group => group.Key).FirstOrDefault(group => !group.Method.IsNone);
        if (top == default) top = pool.Blocked.Top;
        var share = pool.Blocked.Share(top);
        var impact = Math.Max(0.5, at.Requests.ShareOf(pool.BlockedRequestNanos)); // All work goes through the pool, so all of it waits.
        var (sync, queue) = (top.Wait == Wait.Task, at.Metrics[RuntimeCounters.PoolQueue]);
        return new()
        {
            Method = top.Method,
            BlockedIn = top.Wait,
            Finding = new()
            {
                Cause = "thread-pool-starvation",
                Culprit = top.Method.IsNone ? "the thread pool" : at.NameOf(top.Method),
                Also = [.. pool.Blocked.Heaviest.Select(group => group.Key.Method).Where(method => !method.IsNone && method != top.Method).Select(at.NameOf)
                    .Concat(pool.Routes.Heaviest.Select(route => at.Catalog.Names[route.Key])).Distinct().Take(5)],
                Severity = Severity.Critical,
                Confidence = Severities.Confidence(Math.Max(Math.Max(pool.Injections, TimesWaitedFor(at)), blocked / Math.Max(1, at.Processors)), FewestInjections, top.Method.IsNone ? 0.7 : 0.6 + 0.38 * share),
                Impact = impact,
                Summary = $"{Wording.Number(blocked)} pool threads stand still on average ({Wording.Percent(pool.BlockedShare)} of the workers' time), {(pool.Injections > 0 ? $"and the runtime added workers {pool.Injections} times because of it (now up to {pool.MostWorkers})" : $"on {at.Processors} processors")}{(queue.Max > 0 ? $"; {Wording.Number(queue.Mean)} pieces of work waited for one on average" : "")}. "
                    + $"{Wording.Percent(share)} of that time they wait for {top.Wait.Text()} in {(top.Method.IsNone ? "code of no application frame" : at.Place(top.Method))}.",
                Advice = sync
                    ? "Await the task instead of blocking on it, all the way up to the controller; never use .Result, .Wait() or GetAwaiter().GetResult() on a pool thread. ThreadPool.SetMinThreads only hides it."
                    : "Do not block pool threads: use the asynchronous form of the call, or give the work threads of its own (TaskCreationOptions.LongRunning).",
                Reasoning = "Culprit: the application's deepest frame on the stacks of blocked workers, below the runtime's waiting frames. Refuted if the workers run instead of standing still.",
                Evidence = [.. pool.InjectionEvidence.Ids.Take(5).Concat(pool.Evidence.Ids).Take(Limits.Evidence)],
            },
        };
    }
}
