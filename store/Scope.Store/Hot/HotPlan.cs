// How a query is answered from the hot index: along the shortest of the chains that it names, or straight through the
// range of time when that is less to look at.
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>A way through the events: positions [Low, High), along a chain from its newest events back, or one by one.</summary>
readonly struct HotPlan
{
    /// <summary>A step along a chain is two reads far away, some 200 ns; a step through the range is one nearby, some 5 ns.</summary>
    const double ChainStepCost = 32;

    readonly record struct Candidate(Chain Chain, long Count);

    readonly BlockList _list;
    readonly long _low, _high;
    readonly Chain? _chain;
    readonly long[] _newest;

    HotPlan(BlockList list, long low, long high, Chain? chain, long[] newest, double steps)
    {
        (_list, _low, _high, _chain, _newest, Steps) = (list, low, high, chain, newest, (long)Math.Ceiling(steps));
    }

    /// <summary>How many events it expects to look at.</summary>
    public long Steps { get; }

    /// <summary>The way in words.</summary>
    public QueryWay Told => new(IsEmpty ? "nothing: no event has such a key, or none is of that time" : _chain is { } chain ? _newest.Length == 1 ? $"chain of one {NameOf(chain)}" : $"chains of {_newest.Length} {NameOf(chain)}s" : "range of time", Steps);

    /// <summary>The chain that is walked; null for the range.</summary>
    public Chain? ChainWalked => _chain;

    /// <summary>Whether there is nothing to look at.</summary>
    public bool IsEmpty => _low >= _high;

    /// <summary>The cheapest way for a query. The blocks are asked for after the heads: a head never leads to a block that is not listed.</summary>
    public static HotPlan Of(EventQuery query, HeadTable[] heads, long end, Func<BlockList> blocks)
    {
        var best = new Candidate(default, long.MaxValue);
        long[] newest = [];
        var none = false;
        Consider(Chain.Thread, query.Thread.Value);
        Consider(Chain.Span, query.Span.Value);
        Consider(Chain.Flow, query.Flow.Value);
        Consider(Chain.Method, query.Method.Value);
        Consider(Chain.CodeNode, query.CodeNode.Value);
        Consider(Chain.Name, query.Name.Value);
        Consider(Chain.Target, query.Target.Value);
        if (query.Kinds.Bits != 0 && !query.Kinds.Contains(EventKind.None)) ConsiderSet(Chain.Kind, KindsIn(query.Kinds));
        if (query.HasSets) ConsiderSets();

        var list = blocks();
        end = Math.Max(end, list.First);
        var low = query.From == EventTime.Min ? list.First : list.FirstNotBefore(query.From, end);
        var high = query.To == EventTime.Max ? end : list.FirstNotBefore(query.To, end);
        low = Math.Max(low, query.FromId.Value);
        high = Math.Min(high, query.ToId.Value);
        if (none || low >= high) return new(list, 0, 0, null, [], 0);
        var (onChain, inRange) = StepsOf(query, best.Count, list.First, low, high, end);
        return best.Count != long.MaxValue && onChain * ChainStepCost < inRange ? new(list, low, high, best.Chain, newest, onChain) : new(list, low, high, null, [], inRange);

        void Consider(Chain chain, int id)
        {
            if (id == 0) return;
            if (!heads[(int)chain].TryGet(id, out var head, out var count)) none = true;
            if (count >= best.Count) return;
            best = new(chain, count);
            newest = [head];
        }

        void ConsiderSets()
        {
            if (query.Methods is { } methods) ConsiderSet(Chain.Method, methods.Values);
            if (query.Names is { } names) ConsiderSet(Chain.Name, names.Values);
            if (query.Threads is { } threads) ConsiderSet(Chain.Thread, threads.Values);
            if (query.Spans is { } spans) ConsiderSet(Chain.Span, spans.Values);
            if (query.Flows is { } flows) ConsiderSet(Chain.Flow, flows.Values);
            if (query.Targets is { } targets) ConsiderSet(Chain.Target, targets.Values);
        }

        void ConsiderSet(Chain chain, ReadOnlySpan<int> ids)
        {
            var all = 0L;
            var found = new List<long>();
            foreach (var id in ids)
            {
                if (!heads[(int)chain].TryGet(id, out var head, out var count)) continue;
                found.Add(head);
                all += count;
            }
            if (found.Count == 0) none = true;
            if (all >= best.Count) return;
            best = new(chain, all);
            newest = [.. found];
        }
    }

    static int[] KindsIn(KindSet kinds) => [.. Enumerable.Range(1, 63).Where(kind => kinds.Contains((EventKind)kind))];

    /// <summary>Shows what matches to the visitor.</summary>
    public void Walk(EventQuery query, EventFilter filter, EventVisitor visitor)
    {
        if (IsEmpty) return;
        if (_chain is { } chain)
        {
            var walk = new ChainWalk(_list, chain, _newest, _low, _high);
            if (query.Order == EventOrder.NewestFirst) walk.NewestFirst(filter, query.Limit, visitor);
            else walk.OldestFirst(filter, query.Limit, visitor);
        }
        else if (query.Order == EventOrder.NewestFirst) RangeWalk.NewestFirst(_list, _low, _high, filter, query.Limit, visitor);
        else RangeWalk.OldestFirst(_list, _low, _high, filter, query.Limit, visitor);
    }

    static string NameOf(Chain chain) => chain == Chain.CodeNode ? "code node" : chain.ToString().ToLowerInvariant();

    /// <summary>
    /// How many steps each way takes. Counts include what was pruned, so they are taken for a share of all events
    /// at most; with a limit, both ways end early, the chain only from its newest end.
    /// </summary>
    static (double OnChain, double InRange) StepsOf(EventQuery query, long count, long first, long low, long high, long end)
    {
        double held = end - first, wanted = high - low;
        var share = Math.Min(count, held) / held;
        var onChain = share * wanted;
        if (query.Order == EventOrder.NewestFirst) onChain = Math.Min(onChain, query.Limit);
        return (share * (end - high) + onChain, Math.Min(wanted, query.Limit / Math.Max(share, 1 / held)));
    }
}
