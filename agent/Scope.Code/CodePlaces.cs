// What a method of a recording is for a reader: its name as written, whose code it is and where it stands. The one
// entrance to this project for findings, reports and exports.
using Scope.Events;

namespace Scope.Code;

/// <summary>A method for a reader.</summary>
/// <param name="Name">As written in the source.</param>
/// <param name="Origin">Whose code it is.</param>
public sealed record CodePlace(WrittenName Name, CodeOrigin Origin)
{
    /// <summary>A method that nobody has named.</summary>
    public static CodePlace Unknown { get; } = new(new("", "?", "", BodyKind.Method), CodeOrigin.Unknown);

    /// <summary>Whether it is the application's own.</summary>
    public bool IsApplication => Origin == CodeOrigin.Application;
}

/// <summary>The files of targets that places are read from; shared by all recordings, since reading them is the slow part.</summary>
public sealed class CodeFiles : IDisposable
{
    /// <summary>With the target's file system seen the usual way, or another for tests.</summary>
    public CodeFiles(TargetFiles? files = null)
    {
        files ??= new();
        Files = files;
        Origins = new(files);
        Lines = new(files);
        Calls = new(files);
    }

    /// <summary>How files of targets are seen from here.</summary>
    public TargetFiles Files { get; }

    /// <summary>Whose code a module is.</summary>
    public ModuleOrigins Origins { get; }

    /// <summary>Lines from PDBs.</summary>
    public SourceLines Lines { get; }

    /// <summary>What methods call, from their IL.</summary>
    public MethodCalls Calls { get; }

    /// <summary>Why files of modules are left alone, so that lines and calls are missing; null while all is well.</summary>
    public Failing? Failing => Lines.Failing ?? Calls.Failing;

    /// <inheritdoc/>
    public void Dispose()
    {
        Lines.Dispose();
        Calls.Dispose();
    }
}

/// <summary>The places of one recording, by method. For one thread; made anew for a run, since what is known of methods and targets grows.</summary>
public sealed class CodePlaces(Catalog catalog, CodeFiles files)
{
    CodePlace?[] _places = new CodePlace?[1024];
    readonly Dictionary<ModuleId, CodeOrigin> _origins = [];

    /// <summary>The place of a method; <see cref="CodePlace.Unknown"/> for none.</summary>
    public CodePlace Of(MethodId method)
    {
        if (method.Value >= _places.Length) Array.Resize(ref _places, Math.Max(method.Value + 1, _places.Length * 2));
        return _places[method.Value] ??= catalog.Methods[method] is { } info ? new(WrittenName.Of(info.Type, info.Name), OriginOf(info)) : CodePlace.Unknown;
    }

    /// <summary>The place of a code node's method.</summary>
    public CodePlace Of(CodeNodeId node) => Of(catalog.CodeNodes.MethodOf(node));

    /// <summary>The source line of a method's IL offset, its first line when the offset is -1; null when no PDB is at hand.</summary>
    public SourceLine? LineOf(MethodId method, int ilOffset = -1)
    {
        if (catalog.Methods[method] is not { Token: not 0 } info || catalog.Modules[info.Module] is not { } module || TargetOf(module) is not { } target) return null;
        return files.Lines.LineOf(module, target, info.Token, ilOffset, out _);
    }

    /// <summary>The source line of a place in code; the method's first line when the place is a native address, whose IL offset nobody told.</summary>
    public SourceLine? LineOf(CodeNodeId node) =>
        LineOf(catalog.CodeNodes.MethodOf(node), catalog.CodeNodes.TryGet(node, out var key) && key.Address == 0 ? key.IlOffset : -1);

    /// <summary>What the IL of a method says, of all bodies that the compiler made of it; none when its module's file is not at hand.</summary>
    public IReadOnlyList<IlBody> BodiesOf(MethodId method) =>
        catalog.Methods[method] is { Token: not 0 } info && catalog.Modules[info.Module] is { IsDynamic: false } module && TargetOf(module) is { } target ? files.Calls.BodiesOf(module, target, info.Token) : [];

    /// <summary>The application's methods that a call in a method's IL may run, in whichever of its modules: more than one where an abstract one is called, none where a library is.</summary>
    public IEnumerable<MethodId> TargetsOf(IlCall call) =>
        WellKnownNames.OriginOf(call.Type) is not null ? [] : Applications().SelectMany(found => files.Calls.TargetsOf(found.Module, found.Target, call.Type, call.Name)
            .Select(method => catalog.Methods.Intern(new(found.Id, method.Token, method.Type, method.Name, "")))).ToList();

    IEnumerable<(ModuleId Id, ModuleInfo Module, TargetInfo Target)> Applications()
    {
        for (var i = 1; i <= catalog.Modules.LastId; i++)
            if (new ModuleId(i) is var id && catalog.Modules[id] is { IsDynamic: false } module && TargetOf(module) is { } target && OriginOf(id, module, target) == CodeOrigin.Application)
                yield return (id, module, target);
    }

    /// <summary>
    /// The application's method of a class, by their simple names: one that the runtime has told of, else one that the file
    /// of a module of the application defines; none when there is no such. A name with "Async" behind it counts as the same.
    /// </summary>
    public MethodId Find(string type, string method)
    {
        for (var i = 1; i <= catalog.Methods.LastId; i++)
        {
            var id = new MethodId(i);
            if (!catalog.Methods[id]!.Type.Contains(type, StringComparison.Ordinal) || Of(id) is not { IsApplication: true } place) continue;
            if (place.Name.Type[(place.Name.Type.LastIndexOf('.') + 1)..] == type && place.Name.Kind != BodyKind.Lambda && IsNamed(place.Name.Method, method)) return id;
        }
        for (var i = 1; i <= catalog.Modules.LastId; i++)
            if (Defined(new(i), type, method) is { } defined)
                return catalog.Methods.Intern(defined);
        return default;
    }

    MethodInfo? Defined(ModuleId id, string type, string method) =>
        catalog.Modules[id] is { IsDynamic: false } module && TargetOf(module) is { } target && OriginOf(id, module, target) == CodeOrigin.Application
            && files.Files.Find(target.Pid, module.Path) is { } path
            ? DefinedMethods.Find(path, id, type, name => IsNamed(name, method)) : null;

    static bool IsNamed(string name, string wanted) =>
        name.StartsWith(wanted, StringComparison.Ordinal) && (name.Length == wanted.Length || name.AsSpan(wanted.Length) is "Async");

    CodeOrigin OriginOf(MethodInfo method)
    {
        if (IsDynamic(method)) return CodeOrigin.Dynamic;
        if (catalog.Modules[method.Module] is not { } module || TargetOf(module) is not { } target)
            return method.Type.Length == 0 ? CodeOrigin.Native : WellKnownNames.OriginOf(method.Type) ?? CodeOrigin.Application;
        return OriginOf(method.Module, module, target);
    }

    CodeOrigin OriginOf(ModuleId id, ModuleInfo module, TargetInfo target) =>
        _origins.TryGetValue(id, out var known) ? known : _origins[id] = files.Origins.OriginOf(module, target);

    /// <summary>The runtime gives dynamic methods the type "dynamicClass"; expression trees are named lambda_method.</summary>
    static bool IsDynamic(MethodInfo method) =>
        method.Type.Equals("dynamicClass", StringComparison.OrdinalIgnoreCase) || method.Type.Length == 0 && method.Name.StartsWith("lambda_method", StringComparison.Ordinal);

    TargetInfo? TargetOf(ModuleInfo module) => module.Target.Value is > 0 and var id && id <= catalog.Targets.All.Count ? catalog.Targets[module.Target] : null;
}
