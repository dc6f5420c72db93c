// The names of an enum's values.
using System.Reflection;
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>Reads enums.</summary>
public static class EnumValues
{
    /// <summary>The values of an enum in the order of their declaration; none for what is no enum.</summary>
    public static IReadOnlyList<(string Name, long Number)> Of(TypeShape type)
    {
        if (ValueSizes.NumberOf(type) is null || type is not NamedShape { Definition: { } defined }) return [];
        var reader = defined.Module.Reader;
        var values = new List<(string, long)>();
        foreach (var field in defined.Definition.GetFields().Select(reader.GetFieldDefinition))
            if ((field.Attributes & FieldAttributes.Literal) != 0 && field.GetDefaultValue() is { IsNil: false } constant)
                values.Add((reader.GetString(field.Name), Number(reader, reader.GetConstant(constant))));
        return values;
    }

    static long Number(MetadataReader reader, Constant constant) => reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode) switch
    {
        ulong large => unchecked((long)large),
        IConvertible number => number.ToInt64(null),
        _ => 0,
    };
}
