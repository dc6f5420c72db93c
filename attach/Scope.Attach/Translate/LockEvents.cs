// Contention for locks and waits on handles. The runtime says when a thread begins to wait and when it ends, not what
// belongs together; a thread waits for one thing at a time, so its last begin is its end's.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates contention and waits.</summary>
sealed class LockEvents(Translation t)
{
    readonly Dictionary<int, ScopeEvent> _contending = [];
    readonly Dictionary<int, ScopeEvent> _waiting = [];

    public void Register(EventTable table)
    {
        table.Add(Providers.Runtime, 81, ContentionStart);
        table.Add(Providers.Runtime, 91, ContentionStop);
        table.Add(Providers.Runtime, 301, WaitStart);
        table.Add(Providers.Runtime, 302, WaitStop);
    }

    // Flags, CLR instance, and since version 2 lock id, object id, owner's thread (the OS's number).
    void ContentionStart(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.ContentionStart, e);
        payload.Skip(3);
        if (!payload.Rest.IsEmpty)
        {
            made.Name = LockName(payload.Pointer());
            payload.Pointer();
            if (payload.UInt64() is > 0 and var owner) made.Related = RelatedId.Of(t.ThreadOf((long)owner));
        }
        if (row.CountTorn(payload.IsTorn)) return;
        _contending[made.Thread.Value] = made;
        t.Emit(made);
    }

    // Flags, CLR instance, and since version 1 the duration in ns.
    void ContentionStop(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.Contention, e);
        payload.Skip(3);
        var told = payload.Rest.Length >= sizeof(double) ? (long)payload.Double() : -1;
        Continue(_contending, ref made);
        if (told >= 0) made.Value = told;
        t.Emit(row, made, ref payload);
    }

    // Source, object id, CLR instance.
    void WaitStart(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.WaitStart, e);
        made.Detail = payload.Byte();
        if (row.CountTorn(payload.IsTorn)) return;
        _waiting[made.Thread.Value] = made;
        t.Emit(made);
    }

    void WaitStop(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.Wait, e);
        Continue(_waiting, ref made);
        t.Emit(row, made, ref payload);
    }

    // The end takes over what the begin told; the runtime gives ends no stack of their own.
    static void Continue(Dictionary<int, ScopeEvent> begun, ref ScopeEvent end)
    {
        if (!begun.Remove(end.Thread.Value, out var start))
        {
            end.Flags |= EventFlags.Partial;
            return;
        }
        end.Value = end.Time - start.Time;
        (end.Name, end.Related, end.Detail) = (start.Name, start.Related, start.Detail);
        (end.Stack, end.CodeNode, end.Method) = (start.Stack, start.CodeNode, start.Method);
        if (end.Span.IsNone) (end.Span, end.Flags) = (start.Span, end.Flags | start.Flags & EventFlags.SpanUnresolved);
    }

    NameId LockName(ulong id)
    {
        Span<char> text = stackalloc char[24];
        return text.TryWrite($"lock 0x{id:x}", out var length) ? t.Texts.Intern(text[..length]) : default;
    }
}
