// From an async method or an iterator to the MoveNext that its code was moved to, by the attribute that the compiler puts on
// it; and back from there, for a line of source that is found in it.
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>State machines of one module.</summary>
static class StateMachines
{
    static readonly Dictionary<string, MachineSort> Attributes = new()
    {
        ["System.Runtime.CompilerServices.AsyncStateMachineAttribute"] = MachineSort.Async,
        ["System.Runtime.CompilerServices.IteratorStateMachineAttribute"] = MachineSort.Iterator,
        ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"] = MachineSort.Iterator,
    };

    /// <summary>The sort of machine that a method is, and its MoveNext; the method itself when it is none.</summary>
    public static (MachineSort Sort, MethodDefinitionHandle Body) Of(ModuleMetadata module, MethodDefinitionHandle method)
    {
        var reader = module.Reader;
        var definition = reader.GetMethodDefinition(method);
        foreach (var handle in definition.GetCustomAttributes())
        {
            var attribute = reader.GetCustomAttribute(handle);
            if (!Attributes.TryGetValue(AttributeName(module, attribute), out var sort)) continue;
            var value = reader.GetBlobReader(attribute.Value);
            // After the two bytes that every such value begins with stands the machine's name, maybe with its assembly.
            if (value.Length < 3 || value.ReadUInt16() != 1 || value.ReadSerializedString() is not { } name) continue;
            var simple = name.Split(',')[0];
            simple = simple[(simple.LastIndexOf('+') + 1)..];
            foreach (var nested in reader.GetTypeDefinition(definition.GetDeclaringType()).GetNestedTypes())
                if (reader.StringComparer.Equals(reader.GetTypeDefinition(nested).Name, simple) && MoveNextOf(reader, nested) is { } body)
                    return (sort, body);
        }
        return (MachineSort.None, method);
    }

    /// <summary>The method whose machine a MoveNext is; null when it is none's.</summary>
    public static MethodDefinitionHandle? WrittenOf(ModuleMetadata module, MethodDefinitionHandle moveNext)
    {
        var reader = module.Reader;
        var machine = reader.GetMethodDefinition(moveNext).GetDeclaringType();
        if (!reader.StringComparer.Equals(reader.GetMethodDefinition(moveNext).Name, "MoveNext") || reader.GetTypeDefinition(machine).GetDeclaringType() is not { IsNil: false } outer) return null;
        foreach (var method in reader.GetTypeDefinition(outer).GetMethods())
            if (Of(module, method).Body == moveNext)
                return method;
        return null;
    }

    /// <summary>The name of an attribute's type.</summary>
    public static string AttributeName(ModuleMetadata module, CustomAttribute attribute) => attribute.Constructor.Kind switch
    {
        HandleKind.MemberReference => module.NameOf(module.Reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent),
        HandleKind.MethodDefinition => module.NameOf(module.Reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()),
        _ => "",
    };

    static MethodDefinitionHandle? MoveNextOf(MetadataReader reader, TypeDefinitionHandle machine)
    {
        foreach (var method in reader.GetTypeDefinition(machine).GetMethods())
            if (reader.StringComparer.Equals(reader.GetMethodDefinition(method).Name, "MoveNext"))
                return method;
        return null;
    }
}
