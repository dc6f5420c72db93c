// Text in an event: in its name, its method's full name or a field of its payload, in any case. Names and methods are
// interned and few, so each is searched once in a query and its answer remembered; payloads are searched as they come.
using System.Text;
using Scope.Events;

namespace Scope.Store;

/// <summary>Finds a text in events. For one thread.</summary>
sealed class TextFilter(string text, Catalog catalog)
{
    enum Answer : byte { NotAsked, No, Yes }

    readonly Answer[] _names = new Answer[catalog.Names.LastId + 1];
    readonly Answer[] _methods = new Answer[catalog.Methods.LastId + 1];
    char[]? _characters;

    /// <summary>Whether the text occurs.</summary>
    public bool Matches(in ScopeEvent e) => NameMatches(e.Name) || MethodMatches(e.Method) || PayloadMatches(e.Payload);

    bool NameMatches(NameId id)
    {
        if (id.IsNone) return false;
        if ((uint)id.Value >= _names.Length) return Contains(catalog.Names[id]);
        ref var answer = ref _names[id.Value];
        if (answer == Answer.NotAsked) answer = Contains(catalog.Names[id]) ? Answer.Yes : Answer.No;
        return answer == Answer.Yes;
    }

    bool MethodMatches(MethodId id)
    {
        if (id.IsNone) return false;
        if ((uint)id.Value >= _methods.Length) return Contains(catalog.Methods[id]?.FullName);
        ref var answer = ref _methods[id.Value];
        if (answer == Answer.NotAsked) answer = Contains(catalog.Methods[id]?.FullName) ? Answer.Yes : Answer.No;
        return answer == Answer.Yes;
    }

    bool PayloadMatches(PayloadId id)
    {
        if (id.IsNone) return false;
        var fields = catalog.Payloads.Read(id);
        while (fields.Next()) if (Contains(fields.Value)) return true;
        return false;
    }

    bool Contains(ReadOnlySpan<byte> utf8)
    {
        // One byte makes at most one UTF-16 unit, and a field is never longer than a payload.
        _characters ??= new char[Limits.PayloadBytes];
        if (utf8.Length > _characters.Length) utf8 = utf8[.._characters.Length];
        var length = Encoding.UTF8.GetChars(utf8, _characters);
        return _characters.AsSpan(0, length).Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    bool Contains(string? where) => where is not null && where.Contains(text, StringComparison.OrdinalIgnoreCase);
}
