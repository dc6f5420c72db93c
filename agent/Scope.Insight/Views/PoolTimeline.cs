// The thread pool over the window: how many workers, why the runtime changed that, and what the workers stood still in.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Workers that stand still in one method for one sort of thing.</summary>
internal readonly record struct BlockedIn(MethodId Method, Wait Wait);

/// <summary>The thread pool of the window.</summary>
internal sealed class PoolTimeline
{
    // The runtime's reasons for adding a worker that say that the others stand still.
    const ushort Starvation = 6, CooperativeBlocking = 8;

    public PoolTimeline(Investigation at)
    {
        at.History.Visit(at.Window(KindSet.Of(EventKind.PoolAdjust)), (EventId id, in ScopeEvent e) =>
        {
            Take(id, e);
            return true;
        });
        foreach (var ((stack, route), group) in at.Samples.Groups)
        {
            var fact = at.Stacks.Of(stack);
            if (!fact.IsBusyWorker) continue;
            RunningNanos += group.RunningNanos;
            if (group.BlockedNanos == 0) continue;
            BlockedNanos += group.BlockedNanos;
            if (!route.IsNone) BlockedRequestNanos += group.BlockedNanos;
            Blocked.Add(new(at.AppMethodOf(stack, route), fact.Wait), group.BlockedNanos);
            if (!route.IsNone) Routes.Add(route, group.BlockedNanos);
            Evidence.Offer(group.Example, group.BlockedNanos);
        }
    }

    /// <summary>The fewest and the most workers told; 0 when nothing was told.</summary>
    public long FewestWorkers { get; private set; }

    /// <summary>The most workers told.</summary>
    public long MostWorkers { get; private set; }

    /// <summary>How often the runtime added a worker because the others stood still.</summary>
    public int Injections { get; private set; }

    /// <summary>Some of these.</summary>
    public TopEvidence InjectionEvidence { get; } = new();

    /// <summary>Time that workers with a work item ran, ns.</summary>
    public long RunningNanos { get; private set; }

    /// <summary>Time that workers with a work item stood still, ns.</summary>
    public long BlockedNanos { get; private set; }

    /// <summary>Of that, on behalf of requests.</summary>
    public long BlockedRequestNanos { get; private set; }

    /// <summary>Of the time of workers with a work item, the share that they stood still.</summary>
    public double BlockedShare => BlockedNanos == 0 ? 0 : (double)BlockedNanos / (BlockedNanos + RunningNanos);

    /// <summary>What they stood still in.</summary>
    public Tally<BlockedIn> Blocked { get; } = new();

    /// <summary>On behalf of which routes.</summary>
    public Tally<NameId> Routes { get; } = new();

    /// <summary>Samples of workers that stood still.</summary>
    public TopEvidence Evidence { get; } = new();

    void Take(EventId id, in ScopeEvent e)
    {
        FewestWorkers = FewestWorkers == 0 ? e.Value : Math.Min(FewestWorkers, e.Value);
        MostWorkers = Math.Max(MostWorkers, e.Value);
        if (e.Detail is not (Starvation or CooperativeBlocking)) return;
        Injections++;
        InjectionEvidence.Offer(id, e.Value);
    }
}
