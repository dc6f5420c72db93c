// SQL commands by their normalised text: what the database was asked, how often, and how long it took.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>SQL and client calls, grouped by what was asked.</summary>
sealed class SqlTexts(ReportTexts texts) : Section
{
    sealed class Group
    {
        public readonly LatencySketch Latency = new();
        public readonly HashSet<FlowId> Flows = [];
        public long Errors;
        public EventId Slowest = EventId.None;
    }

    readonly Dictionary<(EventKind Kind, NameId Text), Group> _groups = [];

    public override string Key => "calls";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Sql, EventKind.ClientCall);

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (!_groups.TryGetValue((e.Kind, e.Name), out var group))
        {
            var key = (e.Kind, _groups.Count < Limits.ReportRows ? e.Name : default); // A target that writes values into its SQL makes a text of every call.
            if (!_groups.TryGetValue(key, out group)) _groups[key] = group = new();
        }
        if (e.Value > group.Latency.MaxNanos || group.Slowest == EventId.None) group.Slowest = id;
        group.Latency.Add(e.Value);
        if ((e.Flags & EventFlags.Error) != 0) group.Errors++;
        if (!e.Flow.IsNone && group.Flows.Count < Limits.ReportEvents) group.Flows.Add(e.Flow);
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var group in Ranked()) choice.Add(group.Value.Slowest);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteNumber("groupCount", _groups.Count);
        data.WriteStartArray("groups");
        foreach (var ((kind, name), group) in Ranked())
        {
            data.WriteStartObject();
            data.WriteNumber("kind", (int)kind);
            data.WriteNumber("text", texts.Of(name));
            data.WriteNumber("count", group.Latency.Count);
            data.WriteNumber("errors", group.Errors);
            data.WriteNumber("flows", group.Flows.Count);
            data.WriteNumber("total", group.Latency.TotalNanos);
            data.Quantiles(group.Latency);
            data.WriteNumber("slowest", group.Slowest.Value);
            data.WriteEndObject();
        }
        data.WriteEndArray();
    }

    IEnumerable<KeyValuePair<(EventKind Kind, NameId Text), Group>> Ranked() => _groups.OrderByDescending(g => g.Value.Latency.TotalNanos).Take(Limits.ReportGroups);
}
