// Exceptions by type and by the application's first frame on the stack: the same fault thrown a thousand times is one row.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Exceptions, grouped.</summary>
sealed class Exceptions(Window window, ReportTexts texts) : Section
{
    const int SamplesOfAGroup = 12, MessagesOfAGroup = 3;

    sealed class Group
    {
        public long Count, InFlows;
        public required long[] ByBucket;
        public readonly Dictionary<StackId, long> Stacks = [];
        public readonly List<EventId> Samples = [];
        public readonly List<string> Messages = [];
    }

    readonly Dictionary<(NameId Type, MethodId Site), Group> _groups = [];
    readonly Dictionary<StackId, MethodId> _sites = [];
    readonly NameId _message = texts.Catalog.Names.Find("message");
    long _unhandled, _count;

    public override string Key => "exceptions";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionUnhandled);

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (e.Kind == EventKind.ExceptionUnhandled) _unhandled++; else _count++;
        if (!_sites.TryGetValue(e.Stack, out var site)) _sites[e.Stack] = site = e.Stack.IsNone ? e.Method : texts.Code.FirstApplication(e.Stack);
        var key = (e.Name, site);
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= Limits.ReportRows) return; // Counted above; a thousand sorts of exceptions are shown.
            _groups[key] = group = new() { ByBucket = new long[window.Buckets] };
        }
        group.Count++;
        group.ByBucket[window.BucketOf(e.Time)]++;
        if (!e.Flow.IsNone) group.InFlows++;
        if (group.Stacks.Count < Limits.ReportGroups || group.Stacks.ContainsKey(e.Stack)) group.Stacks[e.Stack] = group.Stacks.GetValueOrDefault(e.Stack) + 1;
        if (group.Samples.Count >= SamplesOfAGroup) return;
        group.Samples.Add(id);
        if (group.Messages.Count < MessagesOfAGroup && texts.Catalog.Payloads.Field(e.Payload, _message) is { } message && !group.Messages.Contains(message)) group.Messages.Add(message);
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var group in Ranked()) foreach (var id in group.Value.Samples) choice.Add(id);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteNumber("count", _count);
        data.WriteNumber("unhandled", _unhandled);
        data.WriteNumber("groupCount", _groups.Count);
        data.WriteStartArray("groups");
        foreach (var (key, group) in Ranked())
        {
            data.WriteStartObject();
            data.WriteNumber("type", texts.Of(key.Type));
            data.WriteNumber("site", texts.FrameOf(key.Site));
            data.WriteNumber("count", group.Count);
            data.WriteNumber("inFlows", group.InFlows);
            data.Numbers("byBucket", group.ByBucket);
            data.Numbers("messages", group.Messages, m => texts.Of(m));
            var stack = group.Stacks.MaxBy(s => s.Value);
            data.WriteNumber("stack", texts.StackOf(stack.Key));
            data.WriteNumber("stackCount", stack.Value);
            data.Numbers("samples", group.Samples, s => s.Value);
            data.WriteEndObject();
        }
        data.WriteEndArray();
    }

    IEnumerable<KeyValuePair<(NameId Type, MethodId Site), Group>> Ranked() => _groups.OrderByDescending(g => g.Value.Count).Take(Limits.ReportGroups);
}
