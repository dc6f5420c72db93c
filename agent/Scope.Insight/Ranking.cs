// What is said first, and what is not said because another finding explains it. Symptoms look like causes to a rule that
// sees one signal only; here is the one place where findings see each other.
using Scope.Insight.Views;

namespace Scope.Insight;

/// <summary>Orders findings and explains symptoms away.</summary>
internal static class Ranking
{
    /// <summary>One row: findings of a cause explain findings of the symptoms when the condition holds.</summary>
    readonly record struct Explanation(string Cause, string[] Symptoms, Func<Suspicion, Suspicion, bool> When);

    static readonly Explanation[] Table =
    [
        // A hang explains all that waits for it, and whatever seems slow beside it.
        new("deadlock", ["lock-contention", "thread-pool-starvation", "sync-over-async", "slow-requests", "slow-dependency", "forgotten-task", "async-deadlock"], (_, _) => true),
        new("async-deadlock", ["thread-pool-starvation", "sync-over-async", "slow-requests", "slow-dependency", "forgotten-task", "lock-contention"], (_, _) => true),
        new("forgotten-task", ["slow-requests"], (_, _) => true),
        new("forgotten-task", ["thread-pool-starvation", "sync-over-async"], SameMethod),
        new("connection-pool-exhaustion", ["slow-sql", "slow-requests", "exception-storm", "thread-pool-starvation", "sync-over-async"], (_, _) => true),
        // What is never let go makes collections long and frequent.
        new("finalizer-blocked", ["memory-leak", "gc-pressure"], (_, _) => true),
        new("timer-leak", ["memory-leak", "gc-pressure"], (_, _) => true),
        new("assembly-leak", ["memory-leak"], (_, _) => true),
        // Code in assemblies of its own stays for good; that it is compiled as well is the smaller harm.
        new("assembly-leak", ["jit-storm"], SameMethod),
        new("assembly-leak", ["cpu-hot-method", "slow-requests", "allocation-storm"], OfWeight),
        new("memory-leak", ["gc-pressure", "allocation-storm", "memory-limit-near"], (_, _) => true),
        // A heap without room is collected all the time, and what does not fit fails.
        new("memory-limit-near", ["gc-pressure", "exception-storm", "swallowed-exceptions"], OfWeight),
        new("large-object-allocation", ["gc-pressure", "allocation-storm"], (_, _) => true),
        new("large-response-buffering", ["gc-pressure", "allocation-storm"], (_, _) => true),
        new("large-object-allocation", ["cpu-hot-method", "slow-requests"], SameMethod),
        new("large-response-buffering", ["cpu-hot-method", "slow-requests", "slow-dependency"], SameMethod),
        // A failure that is hidden matters more than what it costs to throw it.
        new("swallowed-exceptions", ["exception-storm"], SameRoute),
        new("retry-storm", ["slow-dependency", "slow-requests", "exception-storm", "swallowed-exceptions", "http-client-misuse"], SameRoute),
        // A handshake that is slow by itself is so however often it is made.
        new("http-client-misuse", ["slow-dependency"], OfWeight),
        new("dns-or-tls-delay", ["slow-dependency", "slow-requests"], (_, _) => true),
        new("jit-storm", ["cpu-hot-method", "slow-requests", "allocation-storm", "regex-backtracking"], SameMethod),
        new("jit-storm", ["slow-requests"], OfWeight),
        new("cold-start", ["slow-requests", "cpu-hot-method", "gc-pressure"], (cause, symptom) => SameMethod(cause, symptom) || SameRoute(cause, symptom)),
        new("async-void", ["exception-storm", "unhandled-exception"], (_, _) => true),
        // The special word for a hot method.
        new("regex-backtracking", ["cpu-hot-method", "allocation-storm"], SameMethod),
        new("regex-backtracking", ["slow-requests", "thread-pool-starvation"], OfWeight),
        new("spin-wait", ["cpu-hot-method", "lock-contention"], SameMethod),
        new("spin-wait", ["slow-requests"], OfWeight),
        new("logging-storm", ["cpu-hot-method", "allocation-storm", "lock-contention"], SameMethod),
        new("logging-storm", ["slow-requests"], OfWeight),
        // A pool starved by a lock is the lock's doing, and so is every request that waits for the lock.
        new("lock-contention", ["thread-pool-starvation"], (_, symptom) => symptom.BlockedIn == Wait.Lock),
        new("lock-contention", ["slow-requests"], OfWeight),
        new("lock-contention", ["thread-pool-starvation", "sync-over-async", "slow-requests", "cpu-hot-method"], SameMethod),
        // Without a thread to go on with, every answer seems late.
        new("thread-pool-starvation", ["sync-over-async", "slow-requests", "slow-dependency", "slow-sql"], (_, _) => true),
        new("sync-over-async", ["slow-requests", "slow-dependency"], (cause, symptom) => !symptom.IsHang && OfWeight(cause, symptom)),
        // A wait that does not end is worse than that it stands on a pool thread.
        new("slow-requests", ["sync-over-async"], (cause, symptom) => cause.IsHang && SameMethod(cause, symptom)),
        // While everything stands still, or no processor is free, every wait grows; but no statement alone grows more than others.
        new("gc-pressure", ["allocation-storm"], (_, _) => true),
        new("gc-pressure", ["cpu-hot-method", "slow-requests"], SameMethod),
        new("gc-pressure", ["slow-requests", "slow-dependency"], OfWeight),
        new("allocation-storm", ["cpu-hot-method", "slow-requests"], SameMethod),
        new("exception-storm", ["cpu-hot-method", "slow-requests", "allocation-storm"], SameMethod),
        new("exception-storm", ["slow-requests"], OfWeight),
        new("unhandled-exception", ["exception-storm"], SameMethod),
        new("cpu-hot-method", ["slow-requests", "slow-dependency"], OfWeight),
        new("cpu-hot-method", ["allocation-storm"], SameMethod),
        // The more special word for the same time of the same route.
        new("n-plus-one-queries", ["slow-sql", "slow-requests"], SameRoute),
        // Asking too often takes processor time too, in the same method.
        new("n-plus-one-queries", ["cpu-hot-method", "allocation-storm"], SameMethod),
        new("slow-requests", ["cpu-hot-method", "allocation-storm"], (cause, symptom) => SameMethod(cause, symptom) && cause.IsLoopOfCalls),
        new("slow-sql", ["slow-requests"], SameRoute),
        new("slow-sql", ["thread-pool-starvation", "sync-over-async"], (_, symptom) => symptom.BlockedIn == Wait.Io),
        new("slow-dependency", ["slow-requests"], SameRoute),
        // Who is stopped or pushed aside is slow in all it does, its collector too.
        new("cgroup-throttling", ["slow-requests", "slow-dependency", "cpu-hot-method", "noisy-neighbour", "gc-pressure"], OfWeight),
        new("noisy-neighbour", ["slow-requests", "slow-dependency", "gc-pressure"], OfWeight),
        new("server-gc-mismatch", ["gc-pressure", "cgroup-throttling"], OfWeight),
    ];

    /// <summary>The findings to tell, the first named first.</summary>
    public static IReadOnlyList<Finding> Rank(IReadOnlyList<Suspicion> suspicions)
    {
        var told = new List<Finding>();
        foreach (var suspicion in suspicions.Where(suspicion => !suspicions.Any(other => Explains(other, suspicion))))
            told.Add(WithSymptoms(suspicion, suspicions));
        return [.. told.DistinctBy(finding => (finding.Cause, finding.Culprit)).OrderByDescending(finding => finding.Severity)
            .ThenByDescending(finding => finding.Impact * finding.Confidence).ThenBy(finding => finding.Cause, StringComparer.Ordinal)];
    }

    static bool Explains(Suspicion cause, Suspicion symptom) =>
        !ReferenceEquals(cause, symptom) && Array.Exists(Table, row => row.Cause == cause.Finding.Cause && row.Symptoms.Contains(symptom.Finding.Cause) && row.When(cause, symptom));

    static Finding WithSymptoms(Suspicion cause, IReadOnlyList<Suspicion> all)
    {
        var symptoms = all.Where(other => Explains(cause, other)).Select(other => other.Finding.Cause).Distinct().ToList();
        if (symptoms.Count == 0) return cause.Finding;
        return cause.Finding with
        {
            Impact = Math.Max(cause.Finding.Impact, all.Where(other => Explains(cause, other)).Max(other => other.Finding.Impact)),
            Reasoning = $"{cause.Finding.Reasoning} It also explains what would look like {string.Join(", ", symptoms)}.",
        };
    }

    static bool SameMethod(Suspicion cause, Suspicion symptom) => !symptom.Method.IsNone && (cause.Method == symptom.Method || cause.SeenIn == symptom.Method) || !cause.Method.IsNone && cause.Method == symptom.SeenIn;

    static bool SameRoute(Suspicion cause, Suspicion symptom) => !cause.Route.IsNone && cause.Route == symptom.Route;

    /// <summary>A cause that costs much less than the symptom does not explain it.</summary>
    static bool OfWeight(Suspicion cause, Suspicion symptom) =>
        cause.Finding.Severity >= Severity.Warning && cause.Finding.Impact >= symptom.Finding.Impact * 0.3;
}
