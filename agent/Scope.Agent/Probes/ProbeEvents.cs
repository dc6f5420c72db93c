// Hits as events of a recording: a call is the event of its end, which has the time that it took; a line that was reached is
// one of its own; each field that a call changed is a change of state. Values are the payload, under their own names.
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Agent.Probes;

/// <summary>Makes events of calls.</summary>
/// <param name="place">The recording.</param>
sealed class ProbeEvents(SourcePlace place)
{
    const ushort AtLine = 1; // EventKinds: what the detail of method-enter says.

    readonly StreamClock _clock = StreamClock.OfMachine(place.Catalog.Clock);
    readonly Dictionary<uint, (MethodId Method, CodeNodeId Node)> _methods = [];
    readonly byte[] _buffer = new byte[Limits.PayloadBytes];

    /// <summary>When a call ended, or a line was reached.</summary>
    public EventTime EndOf(ProbeCall call) => _clock.At(call.BeginTicks + (call.DurationTicks ?? 0));

    /// <summary>The instant of a tick.</summary>
    public EventTime At(long ticks) => _clock.At(ticks);

    /// <summary>The events of a call, in their order.</summary>
    public IEnumerable<ScopeEvent> Of(ProbeCall call)
    {
        var (method, node) = MethodOf(call.Probe);
        var end = EndOf(call);
        var made = new ScopeEvent
        {
            Time = end, Target = place.Target, Method = method, CodeNode = node, Thread = place.Catalog.Threads.Intern(place.Target, call.Thread),
            Kind = call.DurationTicks is null ? EventKind.MethodEnter : call.Exception is null ? EventKind.MethodLeave : EventKind.MethodException,
            Value = call.DurationTicks is null ? 0 : end - _clock.At(call.BeginTicks), Detail = call.DurationTicks is null ? AtLine : (ushort)0,
            Name = call.Exception is { } thrown ? place.Catalog.Names.Intern(thrown) : default, Flags = call.Exception is null ? 0 : EventFlags.Error,
            Payload = PayloadOf(call),
        };
        yield return made;
        foreach (var change in call.Changes)
            yield return made with
            {
                Kind = EventKind.StateChange, Value = long.TryParse(change.After, out var number) ? number : 0, Detail = 0, Flags = 0,
                Name = place.Catalog.Names.Intern($"{call.Probe.Method.Title[..call.Probe.Method.Title.LastIndexOf('.')]}.{change.Label}"), Payload = PayloadOf([new("before", change.Before), new("after", change.After)]),
            };
    }

    PayloadId PayloadOf(ProbeCall call)
    {
        List<ProbedValue> values = [.. call.Arguments, .. call.Captures];
        if (call.Line is { } line) values.Add(new("line", line));
        if (call.Returned is { } returned) values.Add(new("return value", returned));
        if (call.Message is { } message) values.Add(new("message", message));
        if (call.Origin is { } origin) values.Add(new("seen before", $"{origin.Value.Label} in {origin.Method}, {TimeText.Show(At(call.BeginTicks) - At(origin.Ticks))} before"));
        if (call.RunningTicks is { } ran) values.Add(new("ran", $"{TimeText.Show(At(call.BeginTicks + ran) - At(call.BeginTicks))}, {call.Awaits} awaits"));
        return PayloadOf(values);
    }

    PayloadId PayloadOf(List<ProbedValue> values)
    {
        if (values.Count == 0) return default;
        var writer = new PayloadWriter(_buffer, place.Catalog.Redactor);
        foreach (var value in values) writer.Add(place.Catalog.Names.Intern(value.Label), value.Text);
        return place.Catalog.Payloads.Add(writer.Written);
    }

    (MethodId, CodeNodeId) MethodOf(PlannedProbe probe)
    {
        if (_methods.TryGetValue(probe.Id, out var known)) return known;
        var module = place.Catalog.Modules.Intern(probe.Method.Module.Info with { Target = place.Target });
        var (type, name) = probe.Method.Module.MethodNameOf(probe.Method.BodyToken) ?? ("", "");
        var method = place.Catalog.Methods.Intern(new(module, probe.Method.BodyToken, type, name, ""));
        return _methods[probe.Id] = (method, place.Catalog.CodeNodes.Intern(place.Target, method, probe.Method.IlOffset ?? -1));
    }
}
