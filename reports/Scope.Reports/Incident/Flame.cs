// Where the time of threads went, from samples: one tree of methods whose nodes count samples on the CPU and samples that
// waited, apart. Counted at stack nodes first (one add a sample), folded into methods at the end.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>The tree behind the flame graph and the call tree.</summary>
sealed class Flame(ReportTexts texts) : Section
{
    long[] _onCpu = new long[1024], _waiting = new long[1024];
    long _allOnCpu, _allWaiting, _nanos;

    public override string Key => "flame";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.CpuSample);

    public override void Take(EventId id, in ScopeEvent e)
    {
        _nanos += e.Value;
        var at = e.Stack.Value;
        if (at >= _onCpu.Length)
        {
            Array.Resize(ref _onCpu, Math.Max(at + 1, at * 2));
            Array.Resize(ref _waiting, _onCpu.Length);
        }
        if ((e.Flags & EventFlags.OnCpu) != 0)
        {
            _onCpu[at]++;
            _allOnCpu++;
        }
        else
        {
            _waiting[at]++;
            _allWaiting++;
        }
    }

    protected override void Write(Utf8JsonWriter data)
    {
        var nodes = Fold();
        data.WriteNumber("onCpuSamples", _allOnCpu);
        data.WriteNumber("waitingSamples", _allWaiting);
        data.WriteNumber("sampleNanos", _allOnCpu + _allWaiting == 0 ? 0 : _nanos / (_allOnCpu + _allWaiting));
        data.Numbers("parent", nodes, n => n.Parent);
        data.Numbers("frame", nodes, n => texts.FrameOf(n.Method));
        data.Numbers("onCpu", nodes, n => n.OnCpu);
        data.Numbers("waiting", nodes, n => n.Waiting);
        data.Numbers("selfOnCpu", nodes, n => n.SelfOnCpu);
        data.Numbers("selfWaiting", nodes, n => n.SelfWaiting);
    }

    sealed class Node(int parent, MethodId method)
    {
        public int Parent = parent;
        public readonly MethodId Method = method;
        public long OnCpu, Waiting, SelfOnCpu, SelfWaiting;
    }

    /// <summary>Stack nodes to method nodes: a caller's id is lower than its callee's, so one sweep down sums and one up folds.</summary>
    List<Node> Fold()
    {
        var (onCpu, waiting) = ((long[])_onCpu.Clone(), (long[])_waiting.Clone());
        var stacks = texts.Catalog.Stacks;
        for (var id = onCpu.Length - 1; id > 0; id--)
            if (onCpu[id] + waiting[id] > 0 && stacks.TryGet(new(id), out var node) && !node.Caller.IsNone)
            {
                onCpu[node.Caller.Value] += onCpu[id];
                waiting[node.Caller.Value] += waiting[id];
            }
        var nodes = new List<Node> { new(-1, default) { OnCpu = _allOnCpu, Waiting = _allWaiting } };
        var places = new Dictionary<(int Parent, MethodId Method), int>();
        var placeOf = new int[onCpu.Length];
        for (var id = 1; id < onCpu.Length; id++)
        {
            if (onCpu[id] + waiting[id] == 0 || !stacks.TryGet(new(id), out var node)) continue;
            var key = (placeOf[node.Caller.Value], texts.Catalog.CodeNodes.MethodOf(node.Frame));
            if (!places.TryGetValue(key, out var place))
            {
                places[key] = place = nodes.Count;
                nodes.Add(new(key.Item1, key.Item2));
            }
            placeOf[id] = place;
            nodes[place].OnCpu += onCpu[id];
            nodes[place].Waiting += waiting[id];
            nodes[place].SelfOnCpu += _onCpu[id];
            nodes[place].SelfWaiting += _waiting[id];
        }
        return Prune(nodes);
    }

    /// <summary>Leaves out what is too thin to see, so that a tree of any size gives a bounded part.</summary>
    List<Node> Prune(List<Node> nodes)
    {
        var sizes = nodes.Select(n => n.OnCpu + n.Waiting).OrderDescending().ToList();
        var least = sizes.Count > Limits.ReportFlameNodes ? sizes[Limits.ReportFlameNodes] + 1 : 1;
        var kept = new List<Node>();
        var places = new int[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0 && nodes[i].OnCpu + nodes[i].Waiting < least) continue; // Its callees are no larger, so none of them stays either.
            places[i] = kept.Count;
            if (i > 0) nodes[i].Parent = places[nodes[i].Parent];
            kept.Add(nodes[i]);
        }
        return kept;
    }
}
