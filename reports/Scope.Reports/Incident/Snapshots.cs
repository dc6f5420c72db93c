// Snapshots: what stood where at one instant. For each the groups of equal stacks, the graph of waits, the async chains
// and the heap with what holds it; and between the first heap and the last, what grew.
using System.Text.Json;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>The snapshots of the window.</summary>
sealed class Snapshots(Window window, IHistory history, ReportTexts texts) : Section
{
    readonly List<Snapshot> _shown = [.. history.Snapshots.Where(s => s.Time >= window.From && s.Time <= window.To).TakeLast(Limits.ReportSnapshots)];

    public override string Key => "snapshots";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Snapshot);

    public override void Take(EventId id, in ScopeEvent e) { }

    public override void Choose(EventChoice choice)
    {
        foreach (var snapshot in _shown) choice.Add(history.EventOf(snapshot));
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteStartArray("all");
        foreach (var snapshot in _shown) WriteOne(data, snapshot, new(history.Catalog, snapshot));
        data.WriteEndArray();
        var heaps = _shown.Where(s => s.Heap is not null).ToList();
        if (heaps.Count > 1 && SnapshotDiff.Between(heaps[0], heaps[^1]) is { } diff) WriteDiff(data, diff);
    }

    void WriteOne(Utf8JsonWriter data, Snapshot s, SnapshotCode code)
    {
        data.WriteStartObject();
        data.WriteNumber("event", history.EventOf(s).Value);
        data.WriteNumber("time", window.Offset(s.Time));
        data.WriteString("level", s.Level.ToString().ToLowerInvariant());
        data.WriteNumber("why", texts.Of(s.Reason switch { SnapshotReason.End => "at the end", SnapshotReason.Worst => $"when a finding fired: {s.ReasonText}", _ => "asked for" }));
        data.WriteNumber("pause", s.PauseNanos);
        data.WriteNumber("copied", s.CopiedBytes);
        Rows(data, "missing", s.Missing, m => data.WriteNumberValue(texts.Of($"{m.Part}: {m.Why}{(m.Mend.Length > 0 ? $" ({m.Mend})" : "")}")));
        Rows(data, "threads", s.ThreadGroups.Take(Limits.ReportGroups), g => Row(data, g.Count(), texts.Of(string.Join(", ", g.Take(6).Select(NameOf)) + (g.Count() > 6 ? " …" : "")), texts.Of(WaitOf(g.First())), texts.StackOf(code.StackOf(g.Key))));
        WriteWaits(data, s);
        Rows(data, "chains", s.AsyncChains.Take(Limits.ReportGroups), c => Row(data, c.Count, texts.Of(RootOf(c)), c.RootHeld >= 0 && c.RootHeld < c.Count ? 1 : 0, texts.Of(EndOf(s, c)), texts.StackOf(code.StackOf(c))));
        if (s.Heap is { } heap) WriteHeap(data, s, heap);
        data.WriteEndObject();
    }

    // The circles first, then whoever waits or is waited for, as many as can be drawn.
    void WriteWaits(Utf8JsonWriter data, Snapshot s)
    {
        var inCircle = s.Waits.Cycles.SelectMany(c => c.Nodes).ToHashSet();
        var drawn = inCircle.Concat(s.Waits.Edges.SelectMany(e => (int[])[e.From, e.To])).Distinct().Take(Limits.ReportWaitNodes).ToList();
        var place = drawn.Select((node, i) => (node, i)).ToDictionary(n => n.node, n => n.i);
        data.WriteNumber("waitCount", s.Waits.Nodes.Count);
        Rows(data, "nodes", drawn, n => Row(data, (int)s.Waits.Nodes[n].Kind, texts.Of(LabelOf(s, s.Waits.Nodes[n])), inCircle.Contains(n) ? 1 : 0));
        Rows(data, "edges", s.Waits.Edges.Where(e => place.ContainsKey(e.From) && place.ContainsKey(e.To)), e => Row(data, place[e.From], place[e.To], texts.Of(e.Text)));
    }

    void WriteHeap(Utf8JsonWriter data, Snapshot s, HeapState heap)
    {
        data.WriteStartObject("heap");
        data.WriteNumber("bytes", heap.Bytes);
        data.WriteNumber("live", heap.LiveBytes);
        data.WriteNumber("objects", heap.Objects);
        data.WriteNumber("free", heap.FreeBytes);
        Rows(data, "parts", heap.Parts, p => Row(data, texts.Of(p.Kind.ToString()), p.Bytes, p.FreeBytes));
        Rows(data, "types", heap.Types.Take(Limits.ReportGroups), t => Row(data, texts.Of(t.Name), t.Count, t.Bytes, t.RetainedBytes));
        Rows(data, "holders", s.Holders.Take(Limits.ReportGroups), h =>
        {
            data.WriteStartArray();
            foreach (var number in (long[])[texts.Of(Words(h.Kind.ToString())), texts.Of(h.Name.Length > 0 ? h.Name : h.Root), texts.Of(h.Root), h.RetainedBytes, h.Elements, texts.Of(h.ElementType)]) data.WriteNumberValue(number);
            Row(data, [.. h.Path.Take(12).Select(p => (long)texts.Of(p.Field.Length > 0 ? $"{p.Type} . {p.Field}" : p.Type))]);
            Row(data, [.. h.Types.Take(6).SelectMany(t => (long[])[texts.Of(t.Type), t.Count, t.Bytes])]);
            data.WriteEndArray();
        });
        data.WriteEndObject();
    }

    void WriteDiff(Utf8JsonWriter data, SnapshotDiff diff)
    {
        data.WriteStartObject("diff");
        data.WriteNumber("nanos", diff.Nanos);
        data.WriteNumber("before", diff.BytesBefore);
        data.WriteNumber("after", diff.BytesAfter);
        Rows(data, "holders", diff.Holders.Where(h => h.Growth != 0).Take(Limits.ReportGroups), h => Row(data, texts.Of($"{Words(h.Kind.ToString())} {(h.Name.Length > 0 ? h.Name : h.Root)}"), h.RetainedBefore, h.RetainedAfter, h.ElementsBefore, h.ElementsAfter));
        Rows(data, "types", diff.Types.Take(Limits.ReportGroups), t => Row(data, texts.Of(t.Type), t.BytesBefore, t.BytesAfter, t.CountBefore, t.CountAfter));
        data.WriteEndObject();
    }

    static void Rows<T>(Utf8JsonWriter data, string key, IEnumerable<T> rows, Action<T> write)
    {
        data.WriteStartArray(key);
        foreach (var row in rows) write(row);
        data.WriteEndArray();
    }

    static void Row(Utf8JsonWriter data, params ReadOnlySpan<long> numbers)
    {
        data.WriteStartArray();
        foreach (var number in numbers) data.WriteNumberValue(number);
        data.WriteEndArray();
    }

    static string NameOf(SnapshotThread t) => t.Name.Length > 0 ? $"{t.Name} ({t.OsId})" : $"thread {t.OsId}";

    static string WaitOf(SnapshotThread t) => t.Wait is { } wait ? $"waits for {Words(wait.Kind.ToString())}" : "";

    static string RootOf(AsyncChain c) => $"waits for {Words(c.Root.ToString())}{(c.RootType.Length > 0 ? $" {c.RootType}" : "")}";

    static string EndOf(Snapshot s, AsyncChain c) => c switch
    {
        { BlockedThreads.Count: > 0 } => $"{NameOf(s.Threads[c.BlockedThreads[0]])} blocks until its end{In(c)}",
        { End: AsyncEndKind.Callback } => $"goes on in {c.EndType}{In(c)}",
        _ => $"nobody awaits it{In(c)}",
    };

    static string In(AsyncChain c) => c.GoesOnIn.Length > 0 ? $"; it can go on only in {c.GoesOnIn}" : "";

    string LabelOf(Snapshot s, WaitNode node) => node.Kind switch
    {
        WaitNodeKind.Thread => NameOf(s.Threads[node.Index]),
        WaitNodeKind.Lock => s.Locks[node.Index] is var l && l.Field.Length > 0 ? l.Field : $"{s.Locks[node.Index].Type} at {s.Locks[node.Index].Object:x}",
        _ => texts.Code.NameOf(new SnapshotCode(history.Catalog, s).MethodOf(s.AsyncChains[node.Index].Frames[0].Method)),
    };

    // "CompletionSource" → "completion source".
    static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
