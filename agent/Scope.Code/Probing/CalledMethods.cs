// The methods that a method's IL calls, as definitions that can be probed: in its own module or another of the application's;
// where an interface or something abstract is called, those that implement it.
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Scope.Code.Probing;

/// <summary>Follows calls.</summary>
/// <param name="code">The loaded modules.</param>
sealed class CalledMethods(LoadedCode code)
{
    /// <summary>What a method calls, in the order of its IL.</summary>
    public IEnumerable<(ModuleMetadata Module, MethodDefinitionHandle Method)> Of(FoundMethod method)
    {
        if (method.Module.BodyOf(method.Body) is not { } body) yield break;
        foreach (var at in IlInstructions.Read(body.GetILReader()).Where(at => at.NamesMethod))
            if (Defined(method.Module, MetadataTokens.EntityHandle(at.Operand)) is var (type, name))
                foreach (var called in Running(type, name))
                    if (code.OriginOf(called.Module.Info) == CodeOrigin.Application) yield return called;
    }

    (DefinedType Type, string Name)? Defined(ModuleMetadata module, EntityHandle handle)
    {
        var reader = module.Reader;
        if (handle.Kind == HandleKind.MethodSpecification) handle = reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind == HandleKind.MethodDefinition && reader.GetMethodDefinition((MethodDefinitionHandle)handle) is var defined) return (new(module, defined.GetDeclaringType()), reader.GetString(defined.Name));
        if (handle.Kind != HandleKind.MemberReference) return null;
        var member = reader.GetMemberReference((MemberReferenceHandle)handle);
        return code.Resolve(module, TypeNames.Plain(reader, member.Parent)) is { } type ? (type, reader.GetString(member.Name)) : null;
    }

    IEnumerable<(ModuleMetadata Module, MethodDefinitionHandle Method)> Running(DefinedType type, string name)
    {
        var own = Named(type, name).ToList();
        if (own.Exists(m => (type.Module.Reader.GetMethodDefinition(m.Method).Attributes & MethodAttributes.Abstract) == 0)) return own;
        var full = type.Name;
        return code.Of(origin => origin == CodeOrigin.Application).SelectMany(module => module.Reader.TypeDefinitions
            .Where(handle => BasesOf(module, handle).Contains(full)).SelectMany(handle => Named(new(module, handle), name)));
    }

    static IEnumerable<string> BasesOf(ModuleMetadata module, TypeDefinitionHandle handle)
    {
        var type = module.Reader.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil) yield return module.NameOf(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations()) yield return module.NameOf(module.Reader.GetInterfaceImplementation(implemented).Interface);
    }

    static IEnumerable<(ModuleMetadata Module, MethodDefinitionHandle Method)> Named(DefinedType type, string name) =>
        type.Definition.GetMethods().Where(m => type.Module.Reader.StringComparer.Equals(type.Module.Reader.GetMethodDefinition(m).Name, name)).Select(m => (type.Module, m));
}
