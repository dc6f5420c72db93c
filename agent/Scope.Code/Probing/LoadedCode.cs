// All modules that a target has loaded, as one world of types: a name in one module's metadata is followed to the module that
// defines it, over the forwards of facades such as System.Runtime.
using System.Reflection.Metadata;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>A type's definition and where it stands.</summary>
/// <param name="Module">The module that defines it.</param>
/// <param name="Handle">Its definition there.</param>
public readonly record struct DefinedType(ModuleMetadata Module, TypeDefinitionHandle Handle)
{
    /// <summary>The definition.</summary>
    public TypeDefinition Definition => Module.Reader.GetTypeDefinition(Handle);

    /// <summary>Its name with namespace, nested types with '+'.</summary>
    public string Name => Module.NameOf(Handle);
}

/// <summary>The loaded modules of one target. For one thread at a time.</summary>
/// <param name="modules">What the target has loaded.</param>
/// <param name="target">The target.</param>
/// <param name="files">How its files are seen.</param>
public sealed class LoadedCode(IReadOnlyList<ModuleInfo> modules, TargetInfo target, CodeFiles files) : IDisposable
{
    const int Forwards = 8; // From facade to facade; there are two in a row at most.

    readonly Dictionary<ModuleInfo, ModuleMetadata?> _open = [];
    readonly ILookup<string, ModuleInfo> _byName = modules.ToLookup(m => m.Name, StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<(ModuleMetadata, string), TypeDefinitionHandle> _types = [];
    readonly HashSet<ModuleMetadata> _indexed = [];

    /// <summary>The target.</summary>
    public TargetInfo Target => target;

    /// <summary>Whose code a module is.</summary>
    public CodeOrigin OriginOf(ModuleInfo module) => files.Origins.OriginOf(module, target);

    /// <summary>The modules of some origin that can be read.</summary>
    public IEnumerable<ModuleMetadata> Of(Func<CodeOrigin, bool> isWanted) =>
        modules.Where(m => !m.IsDynamic && isWanted(OriginOf(m))).Select(Open).OfType<ModuleMetadata>();

    /// <summary>The type that a handle of a module stands for; null when its module is not loaded, or it is no plain type.</summary>
    public DefinedType? Resolve(ModuleMetadata from, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => new(from, (TypeDefinitionHandle)type),
        HandleKind.TypeReference => Resolve(from, (TypeReferenceHandle)type),
        _ => null,
    };

    /// <summary>A type by its full name, in whichever module defines it; null when none does.</summary>
    public DefinedType? Find(string assembly, string name)
    {
        foreach (var info in _byName[assembly])
            if (Open(info) is { } module && FindIn(module, name, 0) is { } found)
                return found;
        return null;
    }

    ModuleMetadata? Open(ModuleInfo info) => _open.TryGetValue(info, out var known) ? known : _open[info] = ModuleMetadata.Open(info, target, files.Files);

    DefinedType? Resolve(ModuleMetadata from, TypeReferenceHandle handle)
    {
        var scope = from.Reader.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference) scope = from.Reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        var name = from.NameOf(handle);
        return scope.Kind == HandleKind.AssemblyReference ? Find(from.Reader.GetString(from.Reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name), name) : FindIn(from, name, 0);
    }

    DefinedType? FindIn(ModuleMetadata module, string name, int depth)
    {
        if (_indexed.Add(module))
            foreach (var handle in module.Reader.TypeDefinitions) _types[(module, module.NameOf(handle))] = handle;
        if (_types.TryGetValue((module, name), out var found)) return new(module, found);
        if (depth > Forwards) return null;
        var outer = name.IndexOf('+') is var plus and > 0 ? name[..plus] : name;
        foreach (var handle in module.Reader.ExportedTypes)
        {
            var exported = module.Reader.GetExportedType(handle);
            if (exported.Implementation.Kind != HandleKind.AssemblyReference || !IsNamed(module.Reader, exported, outer)) continue;
            var assembly = module.Reader.GetString(module.Reader.GetAssemblyReference((AssemblyReferenceHandle)exported.Implementation).Name);
            foreach (var info in _byName[assembly])
                if (Open(info) is { } next && next != module && FindIn(next, name, depth + 1) is { } forwarded)
                    return forwarded;
        }
        return null;
    }

    static bool IsNamed(MetadataReader reader, ExportedType type, string name)
    {
        var dot = name.LastIndexOf('.');
        return reader.StringComparer.Equals(type.Name, name[(dot + 1)..]) && (dot < 0 ? type.Namespace.IsNil : reader.StringComparer.Equals(type.Namespace, name[..dot]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var module in _open.Values) module?.Dispose();
        _open.Clear();
    }
}
