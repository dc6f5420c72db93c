// From the names that the compiler makes up back to the method that somebody wrote: state machines, lambdas, local
// functions, iterators, top-level programs. Pure text; the shapes are Roslyn's GeneratedNames, stable since C# 6.
namespace Scope.Code;

/// <summary>What sort of body the written method's code was moved to by the compiler.</summary>
public enum BodyKind
{
    /// <summary>The method itself.</summary>
    Method,
    /// <summary>The state machine of an async method or an iterator.</summary>
    StateMachine,
    /// <summary>A lambda in the method.</summary>
    Lambda,
    /// <summary>A local function of the method.</summary>
    LocalFunction,
}

/// <summary>A method as it stands in the source. Generic arguments are left out: people search for the name.</summary>
/// <param name="Type">Namespace and type, nested types joined by '.'.</param>
/// <param name="Method">The method; a property's name for its accessors, the type's for constructors.</param>
/// <param name="Local">The local function's name, "" for none.</param>
/// <param name="Kind">What sort of body it is.</param>
public readonly record struct WrittenName(string Type, string Method, string Local, BodyKind Kind)
{
    /// <summary>Namespace.Type.Method, and the local function when it is one.</summary>
    public string Full => (Type.Length == 0 ? Method : Type + "." + Method) + (Local.Length == 0 ? "" : "." + Local);

    /// <summary>The method as written, from the type and name that the runtime tells.</summary>
    public static WrittenName Of(string runtimeType, string runtimeName)
    {
        var pieces = Pieces(WithoutArguments(runtimeType));
        var name = WithoutArguments(runtimeName);
        var kind = BodyKind.Method;
        while (pieces.Count > 0 && pieces[^1].StartsWith('<') && MovedTo(pieces[^1]) is { } moved)
        {
            if (pieces.Count == 1) break; // A compiler-made type of its own, such as an anonymous one, has no method above it.
            if (moved.Length > 0 && name is "MoveNext" or "SetStateMachine" or "MoveNextAsync" or "System.Collections.IEnumerator.MoveNext")
                (name, kind) = (moved, BodyKind.StateMachine);
            pieces.RemoveAt(pieces.Count - 1);
        }
        for (var i = 0; i < pieces.Count; i++) pieces[i] = WithoutArity(pieces[i]);
        return Name(string.Join('.', pieces), name, kind);
    }

    static WrittenName Name(string type, string name, BodyKind kind)
    {
        var local = "";
        while (Inside(name, out var inner, out var rest))
        {
            if (rest.StartsWith("g__"))
            {
                local = rest[3..(rest.IndexOf('|') is var bar and > 0 ? bar : rest.Length)];
                kind = BodyKind.LocalFunction;
            }
            else if (rest.StartsWith("b__") && local.Length == 0) kind = BodyKind.Lambda;
            name = inner;
        }
        return new(type, Plain(type, name), local, kind);
    }

    /// <summary>A name without what the compiler puts before it: accessors, explicit interfaces, constructors.</summary>
    static string Plain(string type, string name)
    {
        if (name == ".ctor") return type[(type.LastIndexOf('.') + 1)..];
        if (name.StartsWith('.')) return name;
        name = WithoutArity(name[(LastDot(name) + 1)..]);
        foreach (var accessor in Accessors)
            if (name.Length > accessor.Length && name.StartsWith(accessor, StringComparison.Ordinal)) return name[accessor.Length..];
        return name;
    }

    static readonly string[] Accessors = ["get_", "set_", "add_", "remove_"];

    /// <summary>What a compiler-made nested type holds: a method's name for state machines, "" for closures; null when it is neither.</summary>
    static string? MovedTo(string piece)
    {
        if (piece.StartsWith("<>c") || piece.StartsWith("<>O") || piece.StartsWith("<>A")) return "";
        return Inside(piece, out var inner, out var rest) && inner.Length > 0 && (rest == "d" || rest.StartsWith("d__")) ? inner : null;
    }

    /// <summary>Takes "&lt;inner&gt;rest" apart, with brackets inside brackets.</summary>
    static bool Inside(string text, out string inner, out string rest)
    {
        (inner, rest) = ("", "");
        if (text.Length < 3 || text[0] != '<') return false;
        for (int i = 0, depth = 0; i < text.Length; i++)
        {
            depth += text[i] == '<' ? 1 : text[i] == '>' ? -1 : 0;
            if (depth > 0) continue;
            (inner, rest) = (text[1..i], text[(i + 1)..]);
            return inner.Length > 0;
        }
        return false;
    }

    static string WithoutArguments(string name) => name.IndexOf('[') is var at and > 0 ? name[..at] : name;

    static string WithoutArity(string piece)
    {
        // A type private to its file is "<File>F0123…__Name".
        if (piece.StartsWith('<') && piece.IndexOf(">F", StringComparison.Ordinal) > 0 && piece.IndexOf("__", StringComparison.Ordinal) is var under and > 0) piece = piece[(under + 2)..];
        return piece.IndexOf('`') is var tick and > 0 ? piece[..tick] : piece;
    }

    /// <summary>The nested types of a type's name, parted at '+' outside of angle brackets.</summary>
    static List<string> Pieces(string type)
    {
        var pieces = new List<string>();
        int start = 0, depth = 0;
        for (var i = 0; i < type.Length; i++)
        {
            depth += type[i] == '<' ? 1 : type[i] == '>' ? -1 : 0;
            if (type[i] != '+' || depth != 0) continue;
            pieces.Add(type[start..i]);
            start = i + 1;
        }
        pieces.Add(type[start..]);
        return pieces;
    }

    static int LastDot(string name)
    {
        var depth = 0;
        for (var i = name.Length - 1; i > 0; i--)
        {
            depth += name[i] == '>' ? 1 : name[i] == '<' ? -1 : 0;
            if (name[i] == '.' && depth == 0) return i;
        }
        return -1;
    }
}
