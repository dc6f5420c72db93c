// connection-pool-exhaustion: all connections of a database pool are taken, and callers wait for one.
// Looks for: a pool of which all that it may have are busy, with async methods or threads that wait inside of it; or the
//            exceptions of those that waited too long.
// In: snapshots; stacks of threads that stand still in the pool; exceptions by type and stack.
// Scores: by how many wait.
// Culprit: the application's method that holds most connections while it does something else; else the one that asks.
// Refuted by: a pool that is full for a moment only (the next snapshot has idle ones).
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;
using ExceptionGroup = Scope.Insight.Views.ExceptionGroup;

namespace Scope.Insight.Causes;

/// <summary>Finds pools of connections that are used up.</summary>
internal sealed class ConnectionPoolExhaustion : ICause
{
    const int FewestTimeouts = 3; // And fewest calls that wait at one instant: one or two may be on their way to a new connection.
    const double FewestThreads = 1; // Standing in the pool on average: with a connection to spare it hands one out at once.
    static readonly string[] PoolTypes = ["Npgsql.PoolingDataSource", "Microsoft.Data.ProviderBase", "System.Data.ProviderBase", "MySqlConnector.Core.ConnectionPool"];
    static readonly string[] Drivers = ["Npgsql.", "Microsoft.Data.SqlClient.", "System.Data.SqlClient.", "MySqlConnector."];

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var timeouts = at.Exceptions.Groups.Where(IsOfDriver).Where(g => ComesFromPool(at, g)).ToList();
        var seen = at.LastHeap();
        var pool = seen?.State.Known.FirstOrDefault(k => k.Kind == KnownKind.DbConnectionPool && Number(k, "max") is > 0 and var max && Number(k, "busy") >= max);
        var standing = Standing(at);
        var queue = at.Samples.Threads(standing.Total);
        var waiting = seen is null ? [] : seen.State.AsyncChains.Where(c => IsIn(seen.State, c, PoolTypes)).ToList();
        if (pool is null && timeouts.Sum(g => g.Count) < FewestTimeouts && waiting.Sum(c => c.Count) < FewestTimeouts && queue < FewestThreads) yield break;
        if (pool is not null && waiting.Count == 0 && timeouts.Count == 0 && queue < FewestThreads) yield break;
        yield return Suspect(at, seen, pool, waiting, timeouts, standing);

        bool IsOfDriver(ExceptionGroup group) => Drivers.Any(d => at.Catalog.Names[group.Type].StartsWith(d, StringComparison.Ordinal));
    }

    static Suspicion Suspect(Investigation at, SeenSnapshot? seen, KnownObjects? pool, List<AsyncChain> waiting, List<ExceptionGroup> timeouts, Tally<MethodId> standing)
    {
        var holders = seen is null ? new() : Holders(at, seen, waiting);
        var asking = new Tally<MethodId>();
        foreach (var chain in waiting) if (at.AppMethodOf(seen!, chain) is { IsNone: false } method) asking.Add(method, chain.Count);
        foreach (var group in timeouts) if (!group.Thrower.IsNone) asking.Add(group.Thrower, group.Count);
        if (asking.Count == 0) asking = standing;
        var queue = at.Samples.Threads(standing.Total);
        var culprit = holders.Count > 0 ? holders.Top : asking.Top;
        var failed = timeouts.Sum(g => g.Count);
        var count = waiting.Sum(c => c.Count);
        return new()
        {
            Method = culprit,
            BlockedIn = Wait.Io,
            Finding = new()
            {
                Cause = "connection-pool-exhaustion",
                Culprit = culprit.IsNone ? pool?.Type ?? "the connection pool" : at.NameOf(culprit),
                Also = [.. asking.Heaviest.Select(a => a.Key).Where(m => m != culprit).Select(at.NameOf).Distinct().Take(4)],
                Severity = failed > 0 || count > 0 || queue >= FewestThreads ? Severity.Critical : Severity.Warning,
                Confidence = holders.Count > 0 ? 0.95 : 0.8,
                Impact = 0.9,
                Summary = (pool is null ? "" : $"All {Wording.Number(Number(pool, "max"))} connections of the pool are taken. ")
                    + (count > 0 ? $"{Wording.Number(count)} calls wait for one. " : "") + (queue >= FewestThreads ? $"{Wording.Number(queue)} threads stand in the pool on average, waiting for one. " : "") + (failed > 0 ? $"{Wording.Number(failed)} calls gave up waiting. " : "")
                    + (culprit.IsNone ? "" : holders.Count > 0 ? $"{at.Place(culprit)} holds connections while it waits for something else." : $"They are asked for in {at.Place(culprit)}."),
                Advice = "Open late and close early: dispose of connections, readers and contexts (await using), and do no other waiting while one is open. A larger pool only moves the limit to the database.",
                Reasoning = (holders.Count > 0 ? "Culprit: its async method has a connection among its variables and waits for something that is no database." : "Culprit: the application's method on the way into the pool.") + " Refuted when a later snapshot has idle connections.",
                Evidence = [.. seen?.Evidence() ?? [], .. timeouts.SelectMany(g => g.Evidence.Ids).Take(6)],
            },
        };
    }

    /// <summary>
    /// Who holds the connections: methods under way in types that also ask for one, and that wait for neither the pool nor the driver.
    /// </summary>
    static Tally<MethodId> Holders(Investigation at, SeenSnapshot seen, List<AsyncChain> waiting)
    {
        var holders = new Tally<MethodId>();
        var askers = waiting.SelectMany(c => at.AppMethodsOf(seen, c)).ToHashSet();
        foreach (var chain in seen.State.AsyncChains)
            if (!waiting.Contains(chain) && !IsIn(seen.State, chain, Drivers))
                foreach (var method in at.AppMethodsOf(seen, chain).Take(1))
                    if (askers.Contains(method)) holders.Add(method, chain.Count);
        return holders;
    }

    static bool ComesFromPool(Investigation at, ExceptionGroup group) => group.Evidence.Ids.Any(id => at.History.TryGet(id, out var e) && IsInPool(at, e.Stack));

    static bool IsInPool(Investigation at, StackId stack) => at.Catalog.Stacks.Frames(stack).Select(at.Catalog.CodeNodes.MethodOf)
        .Any(m => at.Catalog.Methods[m] is { } info && PoolTypes.Any(p => info.Type.StartsWith(p, StringComparison.Ordinal)));

    /// <summary>The application's methods whose threads stand still inside of a pool, by time, ns.</summary>
    static Tally<MethodId> Standing(Investigation at)
    {
        var standing = new Tally<MethodId>();
        foreach (var ((stack, route), group) in at.Samples.Groups)
            if (group.BlockedNanos > 0 && at.Stacks.Of(stack) is { IsBlocked: true, Wait: not Wait.Idle } && IsInPool(at, stack) && at.AppMethodOf(stack, route) is { IsNone: false } method)
                standing.Add(method, group.BlockedNanos);
        return standing;
    }

    static bool IsIn(Snapshot state, AsyncChain chain, string[] types) =>
        chain.Frames.Any(f => (uint)f.Method < (uint)state.Methods.Count && types.Any(t => state.Methods[f.Method].Type.StartsWith(t, StringComparison.Ordinal)));

    static long Number(KnownObjects known, string name) => known.Numbers.FirstOrDefault(n => n.Name == name).Value;
}
