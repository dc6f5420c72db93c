// A file for speedscope: for each thread what it did on a CPU and, apart from that, where it waited; and for the whole
// process what it allocated and where it waited for locks. Format: https://www.speedscope.app/file-format-schema.json
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Writes sampled profiles that speedscope opens.</summary>
public static class SpeedscopeExport
{
    /// <summary>One sort of profile: which events, whose value weighs in which unit.</summary>
    sealed record Sort(string Name, EventKind Kind, string Unit, EventFlags Flag = EventFlags.None, bool WithFlag = true, bool EachThread = false);

    static readonly Sort[] Sorts =
    [
        new("on CPU", EventKind.CpuSample, "nanoseconds", EventFlags.OnCpu, WithFlag: true, EachThread: true),
        new("waiting", EventKind.CpuSample, "nanoseconds", EventFlags.OnCpu, WithFlag: false, EachThread: true),
        new("lock waits", EventKind.Contention, "nanoseconds"),
        new("allocations", EventKind.Allocation, "bytes"),
        new("exceptions", EventKind.ExceptionThrown, "none"),
    ];

    /// <summary>Writes the profiles of the events that match; its order and limit are the export's own.</summary>
    public static void Write(IHistory history, EventQuery query, Stream output)
    {
        using var stream = new JsonStream(output);
        var frames = new FrameTable(history.Catalog);
        var json = stream.Json;
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "scope-attach");
        json.WriteString("name", ExportText.WellFormed(string.Join(", ", history.Catalog.Targets.All.Select(t => $"{t.Name} ({t.Pid})"))));
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteStartArray("profiles");
        var written = 0;
        var sorts = Sorts.Where(s => query.Kinds.Passes(s.Kind)).ToList();
        foreach (var sort in sorts.Where(s => s.EachThread))
        {
            if (WriteProfile(stream, frames, history, query, sort, $"All threads, {sort.Name}")) written++;
        }
        foreach (var sort in sorts)
        {
            var threads = sort.EachThread ? ThreadsOf(history, query, sort) : [default];
            foreach (var thread in threads)
                if (WriteProfile(stream, frames, history, query with { Thread = thread.IsNone ? query.Thread : thread }, sort, thread.IsNone ? $"All threads, {sort.Name}" : $"{ExportText.Thread(history.Catalog, thread)}, {sort.Name}")) written++;
        }
        if (written == 0) WriteEmpty(stream);
        json.WriteEndArray();
        frames.Write(stream);
        json.WriteEndObject();
    }

    static IEnumerable<ThreadId> ThreadsOf(IHistory history, EventQuery query, Sort sort)
    {
        var weights = new Dictionary<ThreadId, long>();
        Visit(history, query, sort, (in ScopeEvent e) => weights[e.Thread] = weights.GetValueOrDefault(e.Thread) + e.Value);
        return weights.Where(w => !w.Key.IsNone).OrderByDescending(w => w.Value).Select(w => w.Key);
    }

    static bool WriteProfile(JsonStream stream, FrameTable frames, IHistory history, EventQuery query, Sort sort, string name)
    {
        // The weights stand behind the samples in the file; eight bytes a sample are kept until then.
        var weights = new List<long>();
        var json = stream.Json;
        Visit(history, query, sort, (in ScopeEvent e) =>
        {
            if (weights.Count == 0) WriteHead(stream, name, sort);
            frames.WriteStack(json, e);
            weights.Add(sort.Unit == "none" ? 1 : Math.Max(0, e.Value));
            stream.Breathe();
        });
        if (weights.Count == 0) return false;
        json.WriteEndArray();
        json.WriteStartArray("weights");
        var total = 0L;
        foreach (var weight in weights)
        {
            json.WriteNumberValue(weight);
            total += weight;
            stream.Breathe();
        }
        json.WriteEndArray();
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", total);
        json.WriteEndObject();
        return true;
    }

    static void WriteHead(JsonStream stream, string name, Sort sort)
    {
        stream.Json.WriteStartObject();
        stream.Json.WriteString("type", "sampled");
        stream.Json.WriteString("name", name);
        stream.Json.WriteString("unit", sort.Unit);
        stream.Json.WriteStartArray("samples");
    }

    /// <summary>speedscope refuses a file without a profile.</summary>
    static void WriteEmpty(JsonStream stream)
    {
        WriteHead(stream, "no samples in this window", Sorts[0]);
        stream.Json.WriteEndArray();
        stream.Json.WriteStartArray("weights");
        stream.Json.WriteEndArray();
        stream.Json.WriteNumber("startValue", 0);
        stream.Json.WriteNumber("endValue", 0);
        stream.Json.WriteEndObject();
    }

    delegate void SampleVisitor(in ScopeEvent e);

    static void Visit(IHistory history, EventQuery query, Sort sort, SampleVisitor visitor) =>
        history.Visit(query with { Kinds = KindSet.Of(sort.Kind), Order = EventOrder.OldestFirst, Limit = int.MaxValue }, (EventId _, in ScopeEvent e) =>
        {
            if ((e.Flags & sort.Flag) == sort.Flag == sort.WithFlag) visitor(e);
            return true;
        });

    /// <summary>The frames that stacks refer to by number, one for each method.</summary>
    sealed class FrameTable(Catalog catalog)
    {
        readonly Dictionary<(MethodId, CodeNodeId), int> _numbers = [];
        readonly List<(string Name, string Module)> _frames = [];
        readonly List<int> _stack = [];

        /// <summary>Writes an event's stack, root first; its method where it has no stack.</summary>
        public void WriteStack(System.Text.Json.Utf8JsonWriter json, in ScopeEvent e)
        {
            _stack.Clear();
            foreach (var frame in catalog.Stacks.Frames(e.Stack)) _stack.Add(Number(catalog.CodeNodes.MethodOf(frame), frame));
            if (_stack.Count == 0) _stack.Add(Number(e.Method, e.CodeNode));
            json.WriteStartArray();
            for (var i = _stack.Count - 1; i >= 0; i--) json.WriteNumberValue(_stack[i]);
            json.WriteEndArray();
        }

        /// <summary>Writes the table.</summary>
        public void Write(JsonStream stream)
        {
            stream.Json.WriteStartObject("shared");
            stream.Json.WriteStartArray("frames");
            foreach (var (name, module) in _frames)
            {
                stream.Json.WriteStartObject();
                stream.Json.WriteString("name", name);
                if (module.Length > 0) stream.Json.WriteString("file", module);
                stream.Json.WriteEndObject();
                stream.Breathe();
            }
            stream.Json.WriteEndArray();
            stream.Json.WriteEndObject();
        }

        int Number(MethodId method, CodeNodeId node)
        {
            var key = method.IsNone ? (default, node) : (method, default(CodeNodeId));
            if (_numbers.TryGetValue(key, out var number)) return number;
            var name = catalog.Methods[method] is { } known ? ExportText.WellFormed(known.FullName) : ExportText.Frame(catalog, node);
            _frames.Add((name, catalog.Methods[method] is { } m && catalog.Modules[m.Module] is { } module ? ExportText.WellFormed(module.Name) : ExportText.Module(catalog, node)));
            return _numbers[key] = _frames.Count - 1;
        }
    }
}
