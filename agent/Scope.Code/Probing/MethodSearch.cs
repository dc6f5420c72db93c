// Finds the methods of a target that a query asks for. The application's own modules are looked through first; packages and
// the framework only where those have none, so that *.Dispose is not ten thousand methods.
using System.Reflection.Metadata;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>Finds methods in a target's loaded code.</summary>
/// <param name="code">The loaded modules.</param>
/// <param name="isForced">Whether the inside of the runtime's own library may be probed.</param>
public sealed class MethodSearch(LoadedCode code, bool isForced = false)
{
    const int NearMisses = 3;
    const int FieldBytes = 16; // Of IL: what does no more than read or set a field is no step of anybody's work.
    const string AttributeEnding = "Attribute", StaticConstructor = ".cctor";
    const int BaseDepth = 32; // Of classes above a class; more would be no file of a compiler's.

    /// <summary>The methods of a query, in the order of their modules and tokens.</summary>
    public MethodsFound Find(MethodQuery query)
    {
        Func<CodeOrigin, bool>[] rounds = [origin => origin == CodeOrigin.Application, origin => origin is CodeOrigin.ThirdParty or CodeOrigin.Framework];
        foreach (var isWanted in rounds)
        {
            var found = code.Of(isWanted).SelectMany(module => Try(() => In(module, query))).ToList();
            if (found.Count > 0) return new(found, "");
        }
        return new([], NothingFound(query));
    }

    List<FoundMethod> In(ModuleMetadata module, MethodQuery query)
    {
        if (query.Place is { } place) return AtLine(module, query, place);
        return [.. Named(module, query).Where(at => AttributesFit(module, at.Handle, query)).Select(at => Made(module, at.Handle, at.Name, query.IlOffset)).Where(method => CodeFits(method, query))];
    }

    IEnumerable<(MethodDefinitionHandle Handle, WrittenName Name)> Named(ModuleMetadata module, MethodQuery query)
    {
        var pattern = query.Name.Length == 0 ? null : new NamePattern(query.Name, whole: true);
        foreach (var type in module.Reader.TypeDefinitions)
        {
            if (!TypeFits(module, type, query)) continue;
            var typeName = module.NameOf(type);
            foreach (var handle in module.Reader.GetTypeDefinition(type).GetMethods())
            {
                var name = module.Reader.GetString(module.Reader.GetMethodDefinition(handle).Name);
                var written = WrittenName.Of(typeName, name);
                // A machine is found by the method that it was made of, and nobody wrote what makes a closure.
                if (name.StartsWith('.') && typeName.Contains('<') || name == StaticConstructor && !query.Name.Contains(StaticConstructor, StringComparison.Ordinal)) continue;
                if (written.Kind != BodyKind.StateMachine && (pattern is null || pattern.Matches(TitleOf(written)) || pattern.Matches($"{typeName}.{name}"))) yield return (handle, written);
            }
        }
    }

    List<FoundMethod> AtLine(ModuleMetadata module, MethodQuery query, SourcePlace place) =>
        [.. (module.Pdb?.PlacesOf(place.File, place.Line) ?? []).Select(at =>
        {
            var written = StateMachines.WrittenOf(module, at.Method) ?? at.Method;
            return Made(module, written, NameOf(module, written), at.IlOffset) with { Line = at.Line };
        }).Where(method => CodeFits(method, query))];

    /// <summary>The application's methods that a method may call, and those that these may, so many levels down; each once.</summary>
    /// <param name="method">The method.</param>
    /// <param name="depth">How many levels.</param>
    /// <param name="most">How many methods at most.</param>
    public IReadOnlyList<FoundMethod> Below(FoundMethod method, int depth, int most)
    {
        var found = new List<FoundMethod>();
        var seen = new HashSet<(ModuleMetadata, MethodDefinitionHandle)> { (method.Module, method.Written) };
        var level = new List<FoundMethod> { method };
        for (; depth > 0 && level.Count > 0 && found.Count < most; depth--)
        {
            level = [.. level.SelectMany(m => Try(() => new CalledMethods(code).Of(m).ToList())).Where(seen.Add).Select(at => Made(at.Item1, at.Item2, NameOf(at.Item1, at.Item2), null)).Where(m => m.Refusal is null && m.IlBytes > FieldBytes).Take(most - found.Count)];
            found.AddRange(level);
        }
        return found;
    }

    /// <summary>The name, as somebody wrote it, of the method whose code has a token; null when the module has no such method.</summary>
    public static string? TitleOf(ModuleMetadata module, int token)
    {
        var handle = System.Reflection.Metadata.Ecma335.MetadataTokens.EntityHandle(token);
        if (handle.Kind != HandleKind.MethodDefinition || (token & 0xFFFFFF) is 0 || (token & 0xFFFFFF) > module.Reader.MethodDefinitions.Count) return null;
        var body = (MethodDefinitionHandle)handle;
        return TitleOf(NameOf(module, StateMachines.WrittenOf(module, body) ?? body));
    }

    static WrittenName NameOf(ModuleMetadata module, MethodDefinitionHandle method) =>
        WrittenName.Of(module.NameOf(module.Reader.GetMethodDefinition(method).GetDeclaringType()), module.Reader.GetString(module.Reader.GetMethodDefinition(method).Name));

    FoundMethod Made(ModuleMetadata module, MethodDefinitionHandle handle, WrittenName written, int? ilOffset)
    {
        var (sort, body) = StateMachines.Of(module, handle);
        var il = module.BodyOf(body);
        var refusal = MethodRefusals.Of(module, module.Reader.GetMethodDefinition(handle), il, isForced);
        if (refusal is null && ilOffset is { } at && IlInstructions.Read(il!.GetILReader()).All(i => i.Offset != at)) refusal = $"no instruction begins at IL_{at:x4}";
        return new(module, handle, body, sort, TitleOf(written), il?.GetILReader().Length ?? 0, ilOffset, module.Pdb?.LineOf(ModuleMetadata.TokenOf(body), ilOffset ?? -1), refusal);
    }

    bool TypeFits(ModuleMetadata module, TypeDefinitionHandle type, MethodQuery query) =>
        (query.Namespace is null || query.Namespace.Matches(NamespaceOf(module, type))) && (query.Base is null || BasesOf(new(module, Outermost(module, type)), BaseDepth).Any(query.Base.Matches));

    static bool AttributesFit(ModuleMetadata module, MethodDefinitionHandle handle, MethodQuery query)
    {
        if (query.Attribute is not { } wanted) return true;
        var method = module.Reader.GetMethodDefinition(handle);
        return method.GetCustomAttributes().Concat(module.Reader.GetTypeDefinition(method.GetDeclaringType()).GetCustomAttributes())
            .Select(attribute => StateMachines.AttributeName(module, module.Reader.GetCustomAttribute(attribute)))
            .Any(name => wanted.Matches(name) || name.EndsWith(AttributeEnding, StringComparison.Ordinal) && wanted.Matches(name[..^AttributeEnding.Length]));
    }

    static bool CodeFits(FoundMethod method, MethodQuery query)
    {
        if (query.Calls is null && query.Does is null && query.Writes is null) return true;
        if (method.Module.BodyOf(method.Body) is not { } body || query.Writes is { } field && !CodeShapes.Writes(method.Module, body, field)) return false;
        if (query.Calls is null && query.Does is null) return true;
        return query.Does is { } shape ? shape.Holds(method.Module, body, query.Calls) : CodeShapes.Calls(method.Module, body, query.Calls!);
    }

    // Closures and machines are nested in the type that somebody wrote.
    static TypeDefinitionHandle Outermost(ModuleMetadata module, TypeDefinitionHandle type)
    {
        var reader = module.Reader;
        while (reader.GetString(reader.GetTypeDefinition(type).Name).StartsWith('<') && reader.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } outer) type = outer;
        return type;
    }

    static string NamespaceOf(ModuleMetadata module, TypeDefinitionHandle type)
    {
        var reader = module.Reader;
        while (reader.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } outer) type = outer;
        return reader.GetString(reader.GetTypeDefinition(type).Namespace);
    }

    IEnumerable<string> BasesOf(DefinedType type, int depth)
    {
        if (depth == 0) yield break;
        var definition = type.Definition;
        var bases = definition.GetInterfaceImplementations().Select(i => type.Module.Reader.GetInterfaceImplementation(i).Interface);
        if (!definition.BaseType.IsNil) bases = bases.Prepend(definition.BaseType);
        foreach (var above in bases)
        {
            yield return WrittenName.Of(type.Module.NameOf(above), "").Type;
            if (code.Resolve(type.Module, TypeNames.Plain(type.Module.Reader, above)) is not { } resolved) continue;
            foreach (var further in BasesOf(resolved, depth - 1)) yield return further;
        }
    }

    static string TitleOf(WrittenName name) => name.Kind == BodyKind.Lambda ? name.Full + ".lambda" : name.Full;

    string NothingFound(MethodQuery query)
    {
        if (query.Place is { } place) return $"no loaded module of the target has code at {place.File}:{place.Line} by its PDB: is the file's name right, does the line hold a statement, and does the PDB lie beside the module?";
        var own = code.Of(origin => origin == CodeOrigin.Application).ToList();
        var names = own.SelectMany(module => Try(() => Named(module, new() { Text = "" }).Select(at => TitleOf(at.Name)).ToList())).Distinct().ToList();
        var near = Nearest.Few(query.Name.Replace("*", ""), names, NearMisses);
        return $"no method matches '{query.Text}' in the target's loaded modules{(near.Count > 0 ? $"; near it: {string.Join(", ", near)}" : "")}. Code that has not run yet may not be loaded yet";
    }

    // A damaged module holds nothing; the others may.
    static List<T> Try<T>(Func<List<T>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (ModuleCode.IsBroken(e))
        {
            return [];
        }
    }
}
