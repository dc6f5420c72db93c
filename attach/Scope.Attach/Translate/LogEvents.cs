// Log records of ILogger, as its event source formats them, with the trace and span they were written in.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates log records.</summary>
sealed class LogEvents(Translation t)
{
    const ushort ErrorLevel = 4;

    readonly NameId _message = t.Names.Intern("message"), _event = t.Names.Intern("event");

    public void Register(EventTable table)
    {
        table.Know(Providers.Logging);
        table.Add(Providers.Logging, "FormattedMessage", Formatted);
    }

    // Level, factory, category, event id, event name, message, and since .NET 8 trace id, span id, flags.
    void Formatted(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.Log, e);
        made.Detail = (ushort)Math.Clamp(payload.Int32(), 0, 5);
        payload.Skip(4);
        made.Name = t.Texts.Intern(payload.Text());
        payload.Skip(4);
        var eventName = payload.Text();
        var message = payload.Text();
        if (row.CountTorn(payload.IsTorn)) return;
        if (made.Detail >= ErrorLevel) made.Flags |= EventFlags.Error;
        var writer = t.NewPayload();
        writer.Add(_message, message);
        if (!eventName.IsEmpty) writer.Add(_event, eventName);
        t.Keep(writer, ref made);
        if (!payload.Rest.IsEmpty) Identify(payload.Text(), payload.Text(), ref made);
        t.Emit(made);
    }

    // The record's own ids beat the thread's runtime activity.
    void Identify(ReadOnlySpan<char> traceText, ReadOnlySpan<char> spanText, ref ScopeEvent made)
    {
        if (HexIds.Span(spanText) is not (not 0 and var span)) return;
        (made.Span, made.Flow) = t.W3C.Of(HexIds.Trace(traceText), span);
        made.Flags &= ~EventFlags.SpanUnresolved;
    }
}
