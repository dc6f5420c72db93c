// The name of a type by its handle in a module's metadata: namespace, nested types with '+', generic arguments left out.
using System.Reflection.Metadata;

namespace Scope.Code;

/// <summary>Names types.</summary>
static class TypeNames
{
    const int NestingDepth = 16; // Of types in types; more would be no file of a compiler's.

    /// <summary>The name; "" for what has none, such as an array.</summary>
    public static string Of(MetadataReader reader, EntityHandle type, int depth = 0)
    {
        if (depth > NestingDepth) return "";
        switch (type.Kind)
        {
            case HandleKind.TypeDefinition:
                var defined = reader.GetTypeDefinition((TypeDefinitionHandle)type);
                return Joined(reader, defined.GetDeclaringType(), defined.Namespace, defined.Name, depth);
            case HandleKind.TypeReference:
                var referred = reader.GetTypeReference((TypeReferenceHandle)type);
                return Joined(reader, referred.ResolutionScope.Kind == HandleKind.TypeReference ? referred.ResolutionScope : default, referred.Namespace, referred.Name, depth);
            case HandleKind.TypeSpecification:
                return Plain(reader, type) is { IsNil: false } plain ? Of(reader, plain, depth + 1) : "";
            default:
                return "";
        }
    }

    /// <summary>The type without its generic arguments: what a specification is of, or the type itself.</summary>
    public static EntityHandle Plain(MetadataReader reader, EntityHandle type)
    {
        if (type.Kind != HandleKind.TypeSpecification) return type;
        var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
        return signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && signature.ReadCompressedInteger() > 0 ? signature.ReadTypeHandle() : default;
    }

    static string Joined(MetadataReader reader, EntityHandle outer, StringHandle space, StringHandle name, int depth) =>
        !outer.IsNil ? Of(reader, outer, depth + 1) + "+" + reader.GetString(name) : space.IsNil ? reader.GetString(name) : reader.GetString(space) + "." + reader.GetString(name);
}
