// How a value that was asked for is read and shown: one number or text, the raw bytes of a well-known struct, or an object
// with its type and the plain fields in it, one level deep.
using System.Reflection.Metadata;
using Scope.Code.Probing;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>A value to be shown.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Type">What it is.</param>
/// <param name="Capture">The capture that says it, and of an object its type; -1 for a struct, which is no more than its fields.</param>
/// <param name="Fields">Of an object or struct what is in it.</param>
sealed record ValueForm(string Label, TypeShape Type, int Capture, IReadOnlyList<ValueForm> Fields)
{
    const int FieldsShown = 8; // More would be no line that anybody reads.

    /// <summary>The fields of the framework's collections that say how much they hold.</summary>
    public static IReadOnlyList<string> CountFields { get; } = ["_size", "_count"];

    static readonly Dictionary<PrimitiveTypeCode, CaptureRead> Reads = new()
    {
        [PrimitiveTypeCode.Boolean] = CaptureRead.Bool, [PrimitiveTypeCode.Char] = CaptureRead.Char, [PrimitiveTypeCode.SByte] = CaptureRead.Int8, [PrimitiveTypeCode.Byte] = CaptureRead.UInt8,
        [PrimitiveTypeCode.Int16] = CaptureRead.Int16, [PrimitiveTypeCode.UInt16] = CaptureRead.UInt16, [PrimitiveTypeCode.Int32] = CaptureRead.Int32, [PrimitiveTypeCode.UInt32] = CaptureRead.UInt32,
        [PrimitiveTypeCode.Int64] = CaptureRead.Int64, [PrimitiveTypeCode.UInt64] = CaptureRead.UInt64, [PrimitiveTypeCode.IntPtr] = CaptureRead.Int64, [PrimitiveTypeCode.UIntPtr] = CaptureRead.UInt64,
        [PrimitiveTypeCode.Single] = CaptureRead.Single, [PrimitiveTypeCode.Double] = CaptureRead.Double, [PrimitiveTypeCode.String] = CaptureRead.Text, [PrimitiveTypeCode.Object] = CaptureRead.Object,
    };

    /// <summary>The way that a number or text is read; null for what is none.</summary>
    public static CaptureRead? ReadOf(TypeShape type) => type is PrimitiveShape primitive ? Reads.TryGetValue(primitive.Code, out var read) ? read : null
        : ValueSizes.NumberOf(type) is { } number ? Reads[number] : null;

    /// <summary>The form of a value; null when it cannot be read, with the reason in <see cref="CaptureSet.Problem"/> or <paramref name="problem"/>.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="label">What it is called.</param>
    /// <param name="members">How its fields are found.</param>
    /// <param name="set">Takes what it needs.</param>
    /// <param name="moments">When it is read.</param>
    /// <param name="problem">Why it cannot be.</param>
    public static ValueForm? Of(ValuePath path, string label, MembersOf members, CaptureSet set, CaptureMoment moments, out string problem)
    {
        path = path.Behind;
        problem = "";
        if (Simple(path, label, set, moments) is { } simple) return simple;
        if (set.Problem.Length == 0 && path.Type is NamedShape { IsStruct: true, Definition: not null })
        {
            var fields = FieldsOf(path, members, set, moments);
            if (fields.Count > 0) return new(label, path.Type, -1, fields);
            problem = $"{path.Text} is a {path.Type.Name}, whose contents cannot be read";
        }
        else if (set.Problem.Length > 0) problem = set.Problem;
        else if (path.Type is ParameterShape) problem = $"the type of {path.Text} is a generic parameter, which is another one in each use";
        else if (path.Type.IsReference && set.Add(path, CaptureRead.Type, moments) is { } type) return new(label, path.Type, type, CountOf(path, set, moments) is { } count ? [count] : FieldsOf(path, members, set, moments));
        else problem = set.Problem.Length > 0 ? set.Problem : $"{path.Text} is a {path.Type.Name}, which cannot be read";
        return null;
    }

    /// <summary>Finds the fields in a value.</summary>
    public delegate IEnumerable<(string Name, ValuePath Path)> MembersOf(ValuePath path);

    static ValueForm? Simple(ValuePath path, string label, CaptureSet set, CaptureMoment moments)
    {
        var read = path.IsLength ? CaptureRead.Length : ReadOf(path.Type);
        var room = read == CaptureRead.Text ? HookLimits.MaxTextChars : 0;
        if (read is null && BytesOf(path.Type) is { } bytes) (read, room) = (CaptureRead.Bytes, bytes);
        return read is { } known && set.Add(path, known, moments, room) is { } capture ? new(label, path.Type, capture, []) : null;
    }

    /// <summary>The size of a struct that is read as its raw bytes; null for others.</summary>
    public static int? BytesOf(TypeShape type)
    {
        if (!MethodFrame.IsNullable(type, out var inner)) return type is NamedShape { IsStruct: true } ? ValueSizes.BytesOf(type) : null;
        return ValueSizes.BytesOf(inner) is { } bytes && ValueSizes.AlignmentOf(inner) is { } alignment && !inner.IsReference ? alignment + bytes : null;
    }

    static ValueForm? CountOf(ValuePath path, CaptureSet set, CaptureMoment moments)
    {
        if (path.Type is Code.Probing.ArrayShape && set.Add(path, CaptureRead.Length, moments) is { } length) return new("Length", path.Type, length, []);
        return null;
    }

    static List<ValueForm> FieldsOf(ValuePath path, MembersOf members, CaptureSet set, CaptureMoment moments)
    {
        var fields = new List<ValueForm>();
        foreach (var (name, field) in members(path))
        {
            // Room is kept for what else was asked for.
            if (fields.Count == FieldsShown || set.All.Count > HookLimits.MaxCaptures / 2) break;
            if (Simple(field, CountFields.Contains(name) ? "Count" : name.TrimStart('_'), set, moments) is { } form && form.Type is not PrimitiveShape { Code: PrimitiveTypeCode.Object }) fields.Add(form);
        }
        return fields;
    }
}
