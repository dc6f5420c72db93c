// A file for Perfetto and chrome://tracing, in the published trace-event format ("JSON Object Format"). Work that holds a
// thread is a complete event (X) on that thread; spans, which hop between threads, are asynchronous (b, e) under their
// own id; the rest are instants (i), counters (C) and samples with their stack frames.
using System.Globalization;
using System.Text.Json;
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Writes a Chrome trace.</summary>
public static class ChromeTraceExport
{
    static readonly KindSet Samples = KindSet.Of(EventKind.CpuSample);
    static readonly KindSet Counters = KindSet.Of(EventKind.GcHeap, EventKind.PoolAdjust, EventKind.Metric);

    // The beginnings of what has an end of its own would only double it; links and thread times have no place in the format.
    static readonly KindSet LeftOut = new(KindSet.SpanStarts.Bits | KindSet.Of(EventKind.ContentionStart, EventKind.WaitStart, EventKind.GcStart, EventKind.MethodEnter,
        EventKind.ThreadTimeSample, EventKind.Link).Bits);

    /// <summary>Writes the events that match.</summary>
    public static void Write(IHistory history, EventQuery query, Stream output)
    {
        var start = EventTime.Max; // Not the first event's time: what has a duration began before it.
        history.Visit(query, (EventId _, in ScopeEvent e) =>
        {
            if (e.StartTime < start) start = e.StartTime;
            return true;
        });
        using var stream = new JsonStream(output);
        var trace = new Trace(stream, history.Catalog, start);
        stream.Json.WriteStartObject();
        stream.Json.WriteStartArray("traceEvents");
        trace.WriteNames();
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            if (!LeftOut.Contains(e.Kind) && !Samples.Contains(e.Kind)) trace.Write(id, e);
            stream.Breathe();
            return true;
        });
        stream.Json.WriteEndArray();
        trace.WriteSamples(history, query);
        stream.Json.WriteString("displayTimeUnit", "ms");
        stream.Json.WriteStartObject("otherData");
        stream.Json.WriteString("exporter", "scope-attach");
        if (start != EventTime.Max) stream.Json.WriteString("startTime", start.ToString());
        stream.Json.WriteEndObject();
        stream.Json.WriteEndObject();
    }

    /// <summary>One trace while it is written.</summary>
    sealed class Trace(JsonStream stream, Catalog catalog, EventTime start)
    {
        readonly Utf8JsonWriter _json = stream.Json;

        public void WriteNames()
        {
            foreach (var target in catalog.Targets.All) WriteName("process_name", target.Pid, 0, ExportText.WellFormed(target.Name));
            for (var i = 1; i <= catalog.Threads.LastId; i++)
                if (catalog.Threads.TryGet(new(i), out var key) && !catalog.Threads.NameOf(new(i)).IsNone)
                    WriteName("thread_name", ExportText.Pid(catalog, key.Target), key.OsId, ExportText.Name(catalog, catalog.Threads.NameOf(new(i))));
        }

        public void Write(EventId id, in ScopeEvent e)
        {
            var group = EventKinds.Rule(e.Kind).Group;
            if (Counters.Contains(e.Kind)) WriteCounter(e);
            else if (group == KindGroup.Span)
            {
                WriteSpanEdge(id, e, "b", e.StartTime);
                WriteSpanEdge(id, e, "e", e.Time);
            }
            else
            {
                Begin(ExportText.Title(catalog, e), EventKinds.HasDuration(e.Kind) ? "X" : "i", e, e.StartTime);
                if (EventKinds.HasDuration(e.Kind)) Micros("dur", e.Value);
                else _json.WriteString("s", "t");
                WriteArguments(id, e);
                _json.WriteEndObject();
            }
        }

        public void WriteSamples(IHistory history, EventQuery query)
        {
            var used = new SortedSet<int>();
            _json.WriteStartArray("samples");
            history.Visit(query with { Kinds = Samples }, (EventId _, in ScopeEvent e) =>
            {
                if (!query.Kinds.Passes(e.Kind)) return false;
                _json.WriteStartObject();
                _json.WriteNumber("cpu", 0);
                _json.WriteNumber("tid", catalog.Threads.OsIdOf(e.Thread));
                Micros("ts", e.Time - start);
                _json.WriteString("name", (e.Flags & EventFlags.OnCpu) != 0 ? "on CPU" : "waiting");
                if (!e.Stack.IsNone) _json.WriteNumber("sf", e.Stack.Value);
                _json.WriteNumber("weight", Math.Max(0, e.Value));
                _json.WriteEndObject();
                for (var at = e.Stack; catalog.Stacks.TryGet(at, out var node) && used.Add(at.Value); at = node.Caller) { }
                stream.Breathe();
                return true;
            });
            _json.WriteEndArray();
            _json.WriteStartObject("stackFrames");
            foreach (var stack in used)
            {
                catalog.Stacks.TryGet(new(stack), out var node);
                _json.WriteStartObject(stack.ToString(CultureInfo.InvariantCulture));
                _json.WriteString("category", ExportText.Module(catalog, node.Frame));
                _json.WriteString("name", ExportText.Frame(catalog, node.Frame));
                if (!node.Caller.IsNone) _json.WriteNumber("parent", node.Caller.Value);
                _json.WriteEndObject();
                stream.Breathe();
            }
            _json.WriteEndObject();
        }

        void WriteSpanEdge(EventId id, in ScopeEvent e, string phase, EventTime time)
        {
            Begin(ExportText.Title(catalog, e), phase, e, time);
            _json.WriteString("id", e.Span.IsNone ? $"event{id.Value}" : $"0x{e.Span.Value:x}"); // Not the flow: its spans overlap, and begin and end would pair wrongly.
            if (phase == "b") WriteArguments(id, e);
            _json.WriteEndObject();
        }

        void WriteCounter(in ScopeEvent e)
        {
            Begin(e.Kind == EventKind.Metric ? ExportText.Title(catalog, e) : e.Kind.Text(), "C", e, e.Time);
            _json.WriteStartObject("args");
            _json.WriteNumber("value", e.Kind == EventKind.Metric ? e.Value / 1000.0 : e.Value);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        void Begin(string name, string phase, in ScopeEvent e, EventTime time)
        {
            _json.WriteStartObject();
            _json.WriteString("name", name);
            _json.WriteString("cat", e.Kind.Text());
            _json.WriteString("ph", phase);
            Micros("ts", time - start);
            _json.WriteNumber("pid", ExportText.Pid(catalog, e.Target));
            _json.WriteNumber("tid", catalog.Threads.OsIdOf(e.Thread));
        }

        void WriteArguments(EventId id, in ScopeEvent e)
        {
            _json.WriteStartObject("args");
            _json.WriteNumber("event", id.Value);
            if (catalog.Flows.Text(e.Flow) is { Length: > 0 } trace) _json.WriteString("traceId", trace);
            if (catalog.Spans[e.Span].SpanText is { Length: > 0 } span) _json.WriteString("spanId", span);
            if (e.Detail != 0) _json.WriteNumber(EventKinds.Rule(e.Kind).Detail, e.Detail);
            if (e.Flags != 0) _json.WriteString("flags", e.Flags.ToString());
            var number = 0;
            for (var fields = catalog.Payloads.Read(e.Payload); fields.Next(); number++)
                _json.WriteString($"{number} {ExportText.Name(catalog, fields.Key)}", fields.Text); // Numbered, as keys may come twice.
            _json.WriteEndObject();
        }

        void WriteName(string what, int pid, long tid, string name)
        {
            _json.WriteStartObject();
            _json.WriteString("name", what);
            _json.WriteString("ph", "M");
            _json.WriteNumber("pid", pid);
            _json.WriteNumber("tid", tid);
            _json.WriteStartObject("args");
            _json.WriteString("name", name);
            _json.WriteEndObject();
            _json.WriteEndObject();
            stream.Breathe();
        }

        /// <summary>Nanoseconds as microseconds, exactly.</summary>
        void Micros(string key, long nanos)
        {
            _json.WritePropertyName(key);
            _json.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"{nanos / 1000m:0.###}"), skipInputValidation: true);
        }
    }
}
