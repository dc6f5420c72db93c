// The words in which exports speak of an event's parts, one place for all formats.
using Scope.Events;

namespace Scope.Reports.Exports;

/// <summary>What handles stand for, as text that every format may carry.</summary>
static class ExportText
{
    /// <summary>The text with each lone surrogate replaced by U+FFFD: JSON and protobuf carry UTF-8, which cannot say it.</summary>
    public static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else return Mended(text);
        }
        return text;
    }

    /// <summary>A name.</summary>
    public static string Name(Catalog catalog, NameId id) => WellFormed(catalog.Names[id]);

    /// <summary>What a place in code is called: its method, else its address.</summary>
    public static string Frame(Catalog catalog, CodeNodeId id)
    {
        if (catalog.Methods[catalog.CodeNodes.MethodOf(id)] is { } method) return WellFormed(method.FullName);
        return catalog.CodeNodes.TryGet(id, out var key) && key.Address != 0 ? $"0x{key.Address:x}" : "[unknown]";
    }

    /// <summary>The module of a place in code; "" when not known.</summary>
    public static string Module(Catalog catalog, CodeNodeId id) =>
        catalog.Methods[catalog.CodeNodes.MethodOf(id)] is { } method && catalog.Modules[method.Module] is { } module ? WellFormed(module.Name) : "";

    /// <summary>A thread: its number and, where it has one, its name.</summary>
    public static string Thread(Catalog catalog, ThreadId id)
    {
        var name = Name(catalog, catalog.Threads.NameOf(id));
        return name.Length == 0 ? $"Thread {catalog.Threads.OsIdOf(id)}" : $"Thread {catalog.Threads.OsIdOf(id)} ({name})";
    }

    /// <summary>What an event is about, in one text: its name, else its method, else its kind.</summary>
    public static string Title(Catalog catalog, in ScopeEvent e)
    {
        if (!e.Name.IsNone) return Name(catalog, e.Name);
        return catalog.Methods[e.Method] is { } method ? WellFormed(method.FullName) : e.Kind.Text();
    }

    /// <summary>The pid of a target; 0 when not known.</summary>
    public static int Pid(Catalog catalog, TargetId id) => id.IsNone || id.Value > catalog.Targets.All.Count ? 0 : catalog.Targets[id].Pid;

    static string Mended(string text)
    {
        var mended = text.ToCharArray();
        for (var i = 0; i < mended.Length; i++)
        {
            if (!char.IsSurrogate(mended[i])) continue;
            if (i + 1 < mended.Length && char.IsSurrogatePair(mended[i], mended[i + 1])) i++;
            else mended[i] = '\uFFFD';
        }
        return new(mended);
    }
}
