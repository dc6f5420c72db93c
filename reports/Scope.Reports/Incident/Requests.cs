// The work that came from outside, by route: how much, how slow, how often wrong.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Requests, and other work at the root of a flow, in all and by name.</summary>
sealed class Requests(Window window, ReportTexts texts) : Section
{
    sealed class Route
    {
        public readonly LatencySketch Latency = new();
        public long Count, Errors;
        public EventId Slowest = EventId.None;
    }

    readonly LatencySketch _all = new();
    readonly Dictionary<NameId, Route> _routes = [];
    long _count, _errors, _requests;

    public override string Key => "requests";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Request, EventKind.Message, EventKind.Activity);

    /// <summary>Whether it is a unit of work that somebody waits for: a request, or what stands at the root of a flow.</summary>
    public static bool IsWork(in ScopeEvent e) => e.Kind == EventKind.Request || e.Kind is EventKind.Message or EventKind.Activity && e.Parent.IsNone;

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (!IsWork(in e)) return;
        if (e.Kind == EventKind.Request) _requests++;
        if (!_routes.TryGetValue(e.Name, out var route))
        {
            // Routes are few; a target without routes makes a name of every path, and the rest of those goes together.
            var name = _routes.Count < Limits.ReportRows ? e.Name : default;
            if (!_routes.TryGetValue(name, out route)) _routes[name] = route = new();
        }
        _count++;
        route.Count++;
        if ((e.Flags & EventFlags.Error) != 0)
        {
            _errors++;
            route.Errors++;
        }
        if ((e.Flags & EventFlags.Partial) != 0) return;
        if (e.Value > route.Latency.MaxNanos) route.Slowest = id;
        route.Latency.Add(e.Value);
        _all.Add(e.Value);
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var route in _routes.Values.OrderByDescending(r => r.Latency.TotalNanos).Take(Limits.ReportGroups))
            if (route.Slowest != EventId.None) choice.Add(route.Slowest);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteString("word", _requests > 0 ? "requests" : "operations");
        data.WriteNumber("count", _count);
        data.WriteNumber("errors", _errors);
        data.WriteNumber("perSecond", _count * 1e9 / window.Nanos);
        data.Quantiles(_all);
        data.WriteNumber("groups", _routes.Count);
        data.WriteStartArray("routes");
        foreach (var (name, route) in _routes.OrderByDescending(r => r.Value.Latency.TotalNanos).Take(Limits.ReportGroups))
        {
            data.WriteStartObject();
            data.WriteNumber("name", texts.Of(name));
            data.WriteNumber("count", route.Count);
            data.WriteNumber("errors", route.Errors);
            data.WriteNumber("total", route.Latency.TotalNanos);
            data.Quantiles(route.Latency);
            data.WriteNumber("slowest", route.Slowest.Value);
            data.WriteEndObject();
        }
        data.WriteEndArray();
    }
}
