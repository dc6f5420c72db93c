// Activities that the runtime's bridge from DiagnosticSource tells: starts and stops with their W3C ids and tags.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates bridged activities, and what diagnostic listeners tell of requests.</summary>
sealed class SpanEvents(Translation t, RequestFacts facts)
{
    const int FailedStatus = 500;

    readonly NameId _source = t.Names.Intern("source"), _status = t.Names.Intern("status"), _sql = t.Names.Intern("sql");
    readonly char[] _normalised = new char[Limits.NameChars];
    (UInt128 Trace, FlowId Flow) _lastFlow;

    public void Register(EventTable table)
    {
        table.Know(Providers.Bridge);
        table.Add(Providers.Bridge, "ActivityStart", (EventRow row, in NettraceEvent e, ref EventPayload payload) => Activity(row, e, ref payload, isStop: false));
        table.Add(Providers.Bridge, "ActivityStop", (EventRow row, in NettraceEvent e, ref EventPayload payload) => Activity(row, e, ref payload, isStop: true));
        foreach (var name in (string[])["Event", "Activity1Start", "Activity1Stop", "Activity2Start", "Activity2Stop", "RecursiveActivity1Start", "RecursiveActivity1Stop"])
            table.Add(Providers.Bridge, name, Listener);
    }

    // Source, activity, arguments.
    void Activity(EventRow row, in NettraceEvent e, ref EventPayload payload, bool isStop)
    {
        facts.Bridged = true;
        var arguments = new SpanArguments(payload.Rest, t.Names);
        var source = payload.Text();
        var activity = payload.Text();
        var writer = t.NewPayload();
        if (!source.IsEmpty) writer.Add(_source, source);
        arguments.Read(ref payload, ref writer);
        var spanId = HexIds.Span(arguments[SpanField.SpanId]);
        if (payload.IsTorn || spanId == 0)
        {
            row.Torn++;
            return;
        }
        var end = SpanKinds.Of(source, activity, arguments[SpanField.Kind], !arguments[SpanField.Sql].IsEmpty);
        var made = new ScopeEvent { Time = t.TimeOf(e.Ticks), Kind = isStop ? end : end - 1, Target = t.Target, Thread = t.ThreadOf(e.ThreadId) };
        if (e.ActivityId != default) made.Related = RelatedId.Of(t.ActivityOf(e.ActivityId));
        Identify(spanId, arguments, ref made);
        if (arguments[SpanField.Status] is "Error") made.Flags |= EventFlags.Error;
        if (!arguments[SpanField.StatusDescription].IsEmpty) writer.Add(_status, arguments[SpanField.StatusDescription]);
        if (isStop && arguments.TryNumber(SpanField.DurationTicks, out var ticks)) made.Value = ticks * 100;
        Describe(end, isStop, activity, arguments, facts.Of(e.ThreadId), spanId, ref writer, ref made);
        if (made.Payload.IsNone) t.Keep(writer, ref made);
        t.Emit(made);
    }

    void Identify(ulong spanId, in SpanArguments arguments, ref ScopeEvent made)
    {
        var trace = HexIds.Trace(arguments[SpanField.TraceId]);
        made.Span = t.Catalog.Spans.Intern(new(trace, spanId));
        if (HexIds.Span(arguments[SpanField.ParentSpanId]) is not 0 and var parent) made.Parent = t.Catalog.Spans.Intern(new(trace, parent));
        if (_lastFlow.Trace != trace || _lastFlow.Flow.IsNone) _lastFlow = (trace, t.Catalog.Flows.Intern(trace));
        made.Flow = _lastFlow.Flow;
    }

    void Describe(EventKind end, bool isStop, ReadOnlySpan<char> activity, in SpanArguments arguments, RequestFacts.Fact fact, ulong spanId, ref PayloadWriter writer, ref ScopeEvent made)
    {
        switch (end)
        {
            case EventKind.Request: DescribeRequest(isStop, activity, arguments, fact, spanId, ref made); break;
            case EventKind.ClientCall: DescribeCall(arguments, ref made); break;
            case EventKind.Sql: DescribeSql(isStop, arguments, fact, ref writer, ref made); break;
        }
        if (made.Name.IsNone && end != EventKind.Request)
            made.Name = t.Names.Intern(arguments[SpanField.DisplayName] is { IsEmpty: false } display ? display : activity);
    }

    void DescribeRequest(bool isStop, ReadOnlySpan<char> activity, in SpanArguments arguments, RequestFacts.Fact fact, ulong spanId, ref ScopeEvent made)
    {
        var method = arguments[SpanField.Method];
        if (arguments[SpanField.Route] is { IsEmpty: false } route) made.Name = facts.NameOf(method, route);
        else if (arguments[SpanField.Path] is { IsEmpty: false } path) made.Name = facts.NameOf(method, path);
        if (arguments.TryNumber(SpanField.StatusCode, out var status)) made.Detail = (ushort)status;
        if (!isStop && !fact.HostingActivity.IsNone)
        {
            if (made.Name.IsNone) made.Name = fact.MethodAndPath;
            fact.HostingActivity = default;
        }
        if (isStop && fact.Span == spanId)
        {
            if (!fact.Name.IsNone) made.Name = fact.Name;
            if (fact.Status != 0) made.Detail = fact.Status;
            fact.Span = 0;
        }
        if (made.Detail >= FailedStatus) made.Flags |= EventFlags.Error;
        // The activity's own name says nothing; without a better one the correlator keeps what the start said.
        var display = arguments[SpanField.DisplayName];
        if (made.Name.IsNone && !display.IsEmpty && !display.SequenceEqual(activity)) made.Name = t.Names.Intern(display);
    }

    void DescribeCall(in SpanArguments arguments, ref ScopeEvent made)
    {
        if (arguments.TryNumber(SpanField.StatusCode, out var status)) made.Detail = (ushort)status;
        var host = arguments[SpanField.Host];
        if (host.IsEmpty) host = HostOf(arguments[SpanField.Url]);
        if (host.IsEmpty) return;
        Span<char> text = stackalloc char[300];
        if (text.TryWrite($"{arguments[SpanField.Method]} {host}", out var length)) made.Name = t.Names.Intern(text[..length].Trim());
    }

    void DescribeSql(bool isStop, in SpanArguments arguments, RequestFacts.Fact fact, ref PayloadWriter writer, ref ScopeEvent made)
    {
        if (arguments[SpanField.Sql] is { IsEmpty: false } sql)
        {
            made.Name = t.Names.Intern(_normalised.AsSpan(0, SqlText.Normalise(sql, _normalised)));
            writer.Add(_sql, sql);
        }
        else if (!isStop && !fact.Sql.IsNone && made.Time <= fact.SqlUntil)
        {
            (made.Name, made.Payload) = (fact.Sql, fact.SqlPayload);
            fact.Sql = default;
        }
    }

    // What a listener says of a request as it ends: source, name, arguments.
    void Listener(EventRow row, in NettraceEvent e, ref EventPayload payload)
    {
        var arguments = new SpanArguments(payload.Rest, t.Names);
        payload.Text();
        var name = payload.Text();
        var writer = t.NewPayload();
        arguments.Read(ref payload, ref writer);
        if (payload.IsTorn)
        {
            row.Torn++;
            return;
        }
        if (!name.StartsWith(SpanKinds.RequestIn, StringComparison.Ordinal) || !name.EndsWith(".Stop", StringComparison.Ordinal)) return;
        var fact = facts.Of(e.ThreadId);
        fact.Span = HexIds.Span(arguments[SpanField.SpanId]);
        fact.Status = arguments.TryNumber(SpanField.StatusCode, out var status) ? (ushort)status : (ushort)0;
        var target = arguments[SpanField.Route] is { IsEmpty: false } route ? route : arguments[SpanField.Path];
        fact.Name = target.IsEmpty ? default : facts.NameOf(arguments[SpanField.Method], target);
    }

    static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> url)
    {
        var at = url.IndexOf("://");
        if (at < 0) return default;
        url = url[(at + 3)..];
        var end = url.IndexOfAny("/?#");
        return end < 0 ? url : url[..end];
    }
}
