// How the structs that everybody knows lie in memory on 64 bits: what is read of them as raw bytes, and how they are aligned.
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>Sizes and alignments of small values.</summary>
public static class ValueSizes
{
    static readonly Dictionary<string, (int Bytes, int Alignment)> Known = new()
    {
        ["System.Guid"] = (16, 4), ["System.Decimal"] = (16, 8), ["System.DateTime"] = (8, 8), ["System.TimeSpan"] = (8, 8),
        ["System.DateTimeOffset"] = (16, 8), ["System.DateOnly"] = (4, 4), ["System.TimeOnly"] = (8, 8),
    };

    /// <summary>The size of a value, bytes; null for what is none of the known ones.</summary>
    public static int? BytesOf(TypeShape type) => Of(type)?.Bytes;

    /// <summary>The alignment of a value, bytes; null for what is none of the known ones.</summary>
    public static int? AlignmentOf(TypeShape type) => Of(type)?.Alignment;

    /// <summary>The number that an enum is; null for what is no enum.</summary>
    public static PrimitiveTypeCode? NumberOf(TypeShape type)
    {
        if (type is not NamedShape { IsStruct: true, Definition: { } defined } || defined.Definition.BaseType is { IsNil: true } || defined.Module.NameOf(defined.Definition.BaseType) != "System.Enum") return null;
        foreach (var field in defined.Definition.GetFields().Select(defined.Module.Reader.GetFieldDefinition))
            if (defined.Module.Reader.StringComparer.Equals(field.Name, "value__") && defined.Module.Reader.GetBlobReader(field.Signature) is { Length: 2 } signature && signature.ReadByte() == 6)
                return (PrimitiveTypeCode)signature.ReadByte();
        return null;
    }

    static (int Bytes, int Alignment)? Of(TypeShape type) => type switch
    {
        PrimitiveShape primitive => Of(primitive.Code),
        NamedShape named when Known.TryGetValue(named.FullName, out var known) => known,
        _ when NumberOf(type) is { } number => Of(number),
        _ when type.IsReference => (8, 8),
        _ => null,
    };

    static (int, int)? Of(PrimitiveTypeCode code) => code switch
    {
        PrimitiveTypeCode.Boolean or PrimitiveTypeCode.Byte or PrimitiveTypeCode.SByte => (1, 1),
        PrimitiveTypeCode.Char or PrimitiveTypeCode.Int16 or PrimitiveTypeCode.UInt16 => (2, 2),
        PrimitiveTypeCode.Int32 or PrimitiveTypeCode.UInt32 or PrimitiveTypeCode.Single => (4, 4),
        PrimitiveTypeCode.Void or PrimitiveTypeCode.TypedReference => null,
        _ => (8, 8),
    };
}
