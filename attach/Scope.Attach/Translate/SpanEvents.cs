// Activities that the runtime's bridge from DiagnosticSource tells: starts and stops with their W3C ids and tags.
using Scope.Attach.Nettrace;
using Scope.Attach.Profiles;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates bridged activities, and what diagnostic listeners tell of requests.</summary>
sealed class SpanEvents(Translation t, RequestFacts facts)
{
    const ushort FailedStatus = SpanTexts.FailedStatus;

    readonly NameId _source = t.Names.Intern("source"), _status = t.Names.Intern("status"), _action = t.Names.Intern("action");
    readonly FieldKeys _keys = new(t.Names, t.Catalog.Redactor);
    readonly SpanTexts _texts = new(t);

    public void Register(EventTable table)
    {
        table.Know(Providers.Bridge);
        table.Add(Providers.Bridge, "ActivityStart", (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Activity(row, e, ref payload, isStop: false));
        table.Add(Providers.Bridge, "ActivityStop", (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Activity(row, e, ref payload, isStop: true));
        table.Add(Providers.Bridge, "Event", Listener);
    }

    // Source, activity, arguments.
    void Activity(EventRow row, in NettraceEvent e, ref PayloadCursor payload, bool isStop)
    {
        facts.Bridged = true;
        facts.UnbridgedRequests = 0;
        var arguments = new SpanArguments(payload.Rest, _keys);
        var source = payload.Text();
        var activity = payload.Text();
        var writer = t.NewPayload();
        if (!source.IsEmpty) writer.Add(_source, source);
        arguments.Read(ref payload, ref writer);
        var (trace, spanId) = IdOf(arguments);
        if (row.CountTorn(payload.IsTorn || spanId == 0)) return;
        // Some versions of the bridge tell the stop of a request too when only its start was asked for: the listener told it.
        if (isStop && facts.ListensToEnds && activity.SequenceEqual(SpanKinds.RequestIn)) return;
        var end = SpanKinds.Of(source, activity, arguments[SpanField.Kind], !arguments[SpanField.Sql].IsEmpty);
        var made = new ScopeEvent { Time = t.TimeOf(e.Ticks), Kind = isStop ? end : end - 1, Target = t.Target, Thread = t.ThreadOf(e.ThreadId) };
        if (e.ActivityId != default) made.Related = RelatedId.Of(t.ActivityOf(e.ActivityId));
        Identify(trace, spanId, arguments, ref made);
        if (arguments[SpanField.Status] is "Error") made.Flags |= EventFlags.Error;
        if (!arguments[SpanField.StatusDescription].IsEmpty) writer.Add(_status, arguments[SpanField.StatusDescription]);
        if (isStop && arguments.TryNumber(SpanField.DurationTicks, out var ticks)) made.Value = ticks * 100;
        Describe(end, isStop, activity, arguments, facts.Of(e.ThreadId), spanId, ref writer, ref made);
        if (made.Payload.IsNone) t.Keep(writer, ref made);
        t.Emit(made);
    }

    void Identify(UInt128 trace, ulong spanId, in SpanArguments arguments, ref ScopeEvent made)
    {
        (made.Span, made.Flow) = t.W3C.Of(trace, spanId);
        var parent = HexIds.Span(arguments[SpanField.ParentSpanId]);
        if (parent == 0) parent = HexIds.Both(arguments[SpanField.ParentId]).Span;
        if (parent != 0) made.Parent = t.W3C.Of(trace, parent).Span;
    }

    // By the specs that we send, in one text; by those of others, in two.
    static (UInt128 Trace, ulong Span) IdOf(in SpanArguments arguments) =>
        arguments[SpanField.Id] is { IsEmpty: false } id ? HexIds.Both(id) : (HexIds.Trace(arguments[SpanField.TraceId]), HexIds.Span(arguments[SpanField.SpanId]));

    void Describe(EventKind end, bool isStop, ReadOnlySpan<char> activity, in SpanArguments arguments, RequestFacts.Fact fact, ulong spanId, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (end == EventKind.Request) DescribeRequest(isStop, activity, arguments, fact, spanId, ref writer, ref made);
        else if (end == EventKind.ClientCall) _texts.DescribeCall(arguments, ref made);
        else if (end == EventKind.Sql) DescribeSql(isStop, arguments, fact, ref writer, ref made);
        if (made.Name.IsNone && end != EventKind.Request)
            made.Name = t.Texts.Intern(arguments[SpanField.DisplayName] is { IsEmpty: false } display ? display : activity);
    }

    void DescribeRequest(bool isStop, ReadOnlySpan<char> activity, in SpanArguments arguments, RequestFacts.Fact fact, ulong spanId, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (arguments[SpanField.Route] is { IsEmpty: false } route) made.Name = facts.NameOf(arguments[SpanField.Method], route);
        else if (arguments[SpanField.Path] is { IsEmpty: false } path) made.Name = facts.NameOf(arguments[SpanField.Method], path);
        made.Detail = SpanTexts.StatusOf(arguments[SpanField.StatusCode]);
        if (activity.SequenceEqual(SpanKinds.RequestIn) && !isStop) RequestBegins(fact, spanId, ref made);
        if (made.Detail >= FailedStatus) made.Flags |= EventFlags.Error;
        // The activity's own name says nothing; without a better one the correlator keeps what the start said.
        var display = arguments[SpanField.DisplayName];
        if (made.Name.IsNone && !display.IsEmpty && !display.SequenceEqual(activity)) made.Name = t.Texts.Intern(display);
    }

    void RequestBegins(RequestFacts.Fact fact, ulong spanId, ref ScopeEvent made)
    {
        if (made.Name.IsNone) made.Name = fact.HostingName;
        fact.HostingName = default;
        if (!made.Name.IsNone) facts.Began(spanId, made.Name);
    }

    void DescribeSql(bool isStop, in SpanArguments arguments, RequestFacts.Fact fact, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (_texts.DescribeSql(arguments, ref writer, ref made) || isStop || fact.Sql.IsNone) return;
        (made.Name, made.Payload) = (fact.Sql, fact.SqlPayload);
        fact.Sql = default;
    }

    // What a listener says: source, name, arguments.
    void Listener(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var arguments = new SpanArguments(payload.Rest, _keys);
        var source = payload.Text();
        var name = payload.Text();
        var failed = name is ActivitySpec.RequestFailedEvent;
        if (!failed && name is not ActivitySpec.RequestEndEvent) return;
        var writer = t.NewPayload();
        writer.Add(_source, source);
        arguments.Read(ref payload, ref writer);
        var (trace, spanId) = IdOf(arguments);
        if (row.CountTorn(payload.IsTorn || spanId == 0)) return;
        facts.Bridged = facts.ListensToEnds = true;
        var made = new ScopeEvent { Time = t.TimeOf(e.Ticks), Kind = EventKind.Request, Target = t.Target, Thread = t.ThreadOf(e.ThreadId), Detail = failed ? FailedStatus : SpanTexts.StatusOf(arguments[SpanField.StatusCode]) };
        if (e.ActivityId != default) made.Related = RelatedId.Of(t.ActivityOf(e.ActivityId));
        (made.Span, made.Flow) = t.W3C.Of(trace, spanId);
        if (made.Detail >= FailedStatus) made.Flags |= EventFlags.Error;
        if (facts.NameAtStart(spanId).IsNone && arguments.TryNumber(SpanField.StartTicks, out var ticks)) made.Value = Math.Max(0, made.Time.UnixNanos - (ticks - DateTime.UnixEpoch.Ticks) * 100);
        NameByRoute(spanId, arguments[SpanField.Route], ref writer, ref made);
        facts.Ended(spanId);
        t.Keep(writer, ref made);
        t.Emit(made);
    }

    // The path that the request began with, and the values that its route took from it.
    void NameByRoute(ulong spanId, ReadOnlySpan<char> values, ref PayloadWriter writer, ref ScopeEvent made)
    {
        ReadOnlySpan<char> begun = t.Names[facts.NameAtStart(spanId)];
        if (values.IsEmpty || begun.IsEmpty) return;
        Span<char> text = stackalloc char[512];
        var path = begun.IndexOf('/');
        if (path >= 0) made.Name = facts.NameOf(begun[..path].Trim(), text[..RouteTemplate.Write(begun[path..], values, text)]);
        if (RouteTemplate.Value(values, "action") is { IsEmpty: false } action && text.TryWrite($"{RouteTemplate.Value(values, "controller")}.{action}", out var length))
            writer.Add(_action, text[..length]);
    }
}
