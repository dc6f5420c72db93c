// Which field of an object lies at an offset: "Namespace.Type.Field", as somebody would look for it in the source.
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Names fields by their offsets.</summary>
sealed class FieldNames
{
    const int HeaderBytes = 8;

    readonly Dictionary<(ulong, int), (string Owner, string Field)> _known = [];

    /// <summary>The field, and the type that declares it; "[]" for elements of arrays, "" when there is none.</summary>
    public (string Owner, string Field) Of(ClrType? type, int offset)
    {
        if (type is null || offset < 0) return (TypeNames.Plain(type?.Name ?? ""), "");
        if (type.IsArray) return (type.Name ?? "", "[]");
        if (_known.TryGetValue((type.MethodTable, offset), out var known)) return known;
        var name = Find(type, offset - HeaderBytes, 0);
        return _known[(type.MethodTable, offset)] = (TypeNames.Plain(name?.Owner?.Name ?? type.Name ?? ""), name?.Field ?? "");
    }

    /// <summary>A field as one text, "Namespace.Type.Field".</summary>
    public string Text(ClrType? type, int offset)
    {
        var (owner, field) = Of(type, offset);
        return field is "" or "[]" ? owner + field : $"{owner}.{field}";
    }

    static (ClrType? Owner, string Field)? Find(ClrType type, int offset, int depth)
    {
        const int deepest = 8;
        foreach (var field in type.Fields)
        {
            if (field.Offset == offset && !field.IsValueType) return (field.ContainingType, Written(field.Name));
            if (field.IsValueType && field.Type is { } inner && depth < deepest && offset >= field.Offset && offset < field.Offset + Math.Max(8, field.Size))
                return depth > 0 || Find(inner, offset - field.Offset, depth + 1) is not { } deeper ? (field.ContainingType, Written(field.Name))
                    // A state machine's field is a local or parameter of the method, and that is its name.
                    : field.Name == "StateMachine" ? deeper : (field.ContainingType, Written(field.Name));
        }
        return null;
    }

    // "<Name>k__BackingField" is the property Name, "<order>5__2" the local order.
    static string Written(string? name) => name is null ? "" : name.StartsWith('<') && name.IndexOf('>') is > 1 and var end ? name[1..end] : name;
}
