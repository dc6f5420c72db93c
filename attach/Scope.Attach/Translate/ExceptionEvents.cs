// Exceptions: thrown, with the stack of the throw, and caught.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates exceptions.</summary>
sealed class ExceptionEvents(Translation t)
{
    readonly NameId _message = t.Names.Intern("message");

    public void Register(EventTable table)
    {
        table.Add(Providers.Runtime, 80, Thrown);
        table.Add(Providers.Runtime, 250, Caught);
    }

    // Type, message, instruction, HRESULT, flags, CLR instance.
    void Thrown(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.ExceptionThrown, e);
        made.Name = t.Texts.Intern(payload.Text());
        var message = payload.Text();
        payload.Pointer();
        made.Value = payload.UInt32();
        made.Detail = payload.UInt16();
        if (row.CountTorn(payload.IsTorn)) return;
        if (!message.IsEmpty)
        {
            var writer = t.NewPayload();
            writer.Add(_message, message);
            t.Keep(writer, ref made);
        }
        t.Emit(made);
    }

    // Entry's instruction, method id, method name, CLR instance.
    void Caught(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.ExceptionCaught, e);
        var instruction = payload.UInt64();
        payload.Skip(8);
        var name = payload.Text();
        var method = t.Symbols.MethodAt(instruction);
        if (!method.IsNone) made.Method = method;
        made.Name = t.Catalog.Methods[method] is { } known ? t.Names.Intern(known.FullName) : t.Texts.Intern(MethodText(name));
        t.Emit(row, made, ref payload);
    }

    /// <summary>Type and method out of the runtime's text, such as "instance void [app] Shop.Cart+&lt;Add&gt;d__1::MoveNext()".</summary>
    internal static ReadOnlySpan<char> MethodText(ReadOnlySpan<char> text)
    {
        var separator = text.IndexOf("::");
        if (separator < 0) return text;
        var type = text[..separator].LastIndexOf(' ') + 1;
        var end = text[separator..].IndexOf('(');
        return end < 0 ? text[type..] : text[type..(separator + end)];
    }
}
