// Captured values as text, as C# writes them: numbers, texts in quotes, enums by name, structs that everybody knows, and
// objects as their type with what is in them.
using System.Globalization;
using System.Reflection.Metadata;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Scope.Code.Probing;
using Scope.Events.Redaction;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>The values of one hit, by the index of their capture.</summary>
/// <param name="hit">The hit; null for none.</param>
/// <param name="nameOf">The name of the type of a method table.</param>
/// <param name="redactor">Takes secrets out of what is shown.</param>
sealed partial class ProbeText(ProbeHit? hit, Func<ulong, string> nameOf, Redactor redactor)
{
    static readonly Dictionary<string, Func<ReadOnlySpan<byte>, string>> Structs = new()
    {
        ["System.Guid"] = bytes => new Guid(bytes).ToString(),
        ["System.Decimal"] = bytes => Decimal(bytes).ToString(CultureInfo.InvariantCulture),
        ["System.DateTime"] = bytes => Date(MemoryMarshal.Read<long>(bytes)),
        ["System.TimeSpan"] = bytes => new TimeSpan(MemoryMarshal.Read<long>(bytes)).ToString("c", CultureInfo.InvariantCulture),
        ["System.DateTimeOffset"] = bytes => Date(MemoryMarshal.Read<long>(bytes)) + "Z",
        ["System.DateOnly"] = bytes => MemoryMarshal.Read<int>(bytes) is >= 0 and <= 3652058 and var day ? DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "?",
        ["System.TimeOnly"] = bytes => new TimeSpan(MemoryMarshal.Read<long>(bytes)).ToString("c", CultureInfo.InvariantCulture),
    };

    /// <summary>The number that a capture read; null when it read none.</summary>
    public long? Number(int? capture) => Find(capture) is { Kind: not (ProbeValueKind.Null or ProbeValueKind.Unreadable or ProbeValueKind.OtherType or ProbeValueKind.OutOfRange) } value ? value.Number : null;

    /// <summary>The type of the object that a capture read; "" for a null.</summary>
    public string TypeOf(int? capture) => Find(capture) is { Kind: ProbeValueKind.Type } value ? nameOf((ulong)value.Number) : "";

    /// <summary>Whether anything was read for a form.</summary>
    public bool Has(ValueForm form) => Find(form.Capture) is not null || form.Fields.Any(Has);

    /// <summary>A value; "" when nothing was read for it.</summary>
    public string Of(ValueForm form)
    {
        if (form.Capture < 0) return Fields(form, form.Type.Name);
        if (Find(form.Capture) is not { } value) return "";
        if (redactor.IsSecret(form.Label.AsSpan(form.Label.LastIndexOf('.') + 1))) return Redactor.Replacement;
        return value.Kind switch
        {
            ProbeValueKind.Null => "null",
            ProbeValueKind.Unreadable => "?",
            ProbeValueKind.OtherType => $"({Short(nameOf((ulong)value.Number))})",
            ProbeValueKind.OutOfRange => $"no such element, there are {value.Number}",
            ProbeValueKind.Text => Quoted(value),
            ProbeValueKind.Char => $"'{(char)value.Number}'",
            ProbeValueKind.Bool => value.Number != 0 ? "true" : "false",
            ProbeValueKind.Double => BitConverter.Int64BitsToDouble(value.Number).ToString("G", CultureInfo.InvariantCulture),
            ProbeValueKind.UInt => ((ulong)value.Number).ToString(CultureInfo.InvariantCulture),
            ProbeValueKind.Bytes => Struct(form.Type, value.Content.Span),
            ProbeValueKind.Type or ProbeValueKind.Object => Fields(form, Short(nameOf((ulong)value.Number))),
            _ => EnumName(form.Type, value.Number) ?? value.Number.ToString(CultureInfo.InvariantCulture),
        };
    }

    ProbeValue? Find(int? capture)
    {
        foreach (var value in hit?.Values ?? [])
            if (value.Capture == capture) return value;
        return null;
    }

    string Fields(ValueForm form, string name)
    {
        var fields = form.Fields.Where(Has).Select(field => $"{field.Label}={Of(field)}").ToList();
        return fields.Count == 0 ? name : $"{name} {{ {string.Join(", ", fields)} }}";
    }

    string Quoted(ProbeValue value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in redactor.Redact(value.Text)) text.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(c) => "·", _ => c.ToString() });
        text.Append('"');
        return value.TextLength > value.Text.Length ? $"{text}… ({value.TextLength} characters)" : text.ToString();
    }

    static string Struct(TypeShape type, ReadOnlySpan<byte> bytes)
    {
        if (MethodFrame.IsNullable(type, out var inner) && ValueSizes.AlignmentOf(inner) is { } at) return bytes.IsEmpty || bytes[0] == 0 ? "null" : Struct(inner, bytes[at..]);
        if (bytes.Length < ValueSizes.BytesOf(type)) return "?";
        if (type is NamedShape named && Structs.TryGetValue(named.FullName, out var show)) return show(bytes);
        var number = ValueSizes.BytesOf(type) switch { 1 => bytes[0], 2 => MemoryMarshal.Read<short>(bytes), 4 => MemoryMarshal.Read<int>(bytes), _ => MemoryMarshal.Read<long>(bytes) };
        return EnumName(type, number) ?? (type as PrimitiveShape)?.Code switch
        {
            PrimitiveTypeCode.Boolean => number != 0 ? "true" : "false",
            PrimitiveTypeCode.Char => $"'{(char)number}'",
            PrimitiveTypeCode.SByte => ((sbyte)number).ToString(CultureInfo.InvariantCulture),
            PrimitiveTypeCode.UInt16 => ((ushort)number).ToString(CultureInfo.InvariantCulture),
            PrimitiveTypeCode.UInt32 => ((uint)number).ToString(CultureInfo.InvariantCulture),
            PrimitiveTypeCode.UInt64 => ((ulong)number).ToString(CultureInfo.InvariantCulture),
            PrimitiveTypeCode.Single => BitConverter.Int32BitsToSingle((int)number).ToString("G", CultureInfo.InvariantCulture),
            PrimitiveTypeCode.Double => BitConverter.Int64BitsToDouble(number).ToString("G", CultureInfo.InvariantCulture),
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }

    static string? EnumName(TypeShape type, long number) => EnumValues.Of(type) is { Count: > 0 } values ? values.FirstOrDefault(v => v.Number == number).Name ?? number.ToString(CultureInfo.InvariantCulture) : null;

    static decimal Decimal(ReadOnlySpan<byte> bytes)
    {
        var flags = MemoryMarshal.Read<int>(bytes);
        var scale = flags >> 16 & 0xFF;
        return scale > 28 ? 0 : new decimal(MemoryMarshal.Read<int>(bytes[8..]), MemoryMarshal.Read<int>(bytes[12..]), MemoryMarshal.Read<int>(bytes[4..]), flags < 0, (byte)scale);
    }

    static string Date(long data)
    {
        const long ticksOnly = 0x3FFF_FFFF_FFFF_FFFF;
        var ticks = data & ticksOnly;
        return ticks > DateTime.MaxValue.Ticks ? "?" : new DateTime(ticks).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
    }

    // Without namespaces and the types around it, as somebody would say it: List<Order>.
    static string Short(string type) => Outer().Replace(type, "");

    [GeneratedRegex(@"(?:[\w`]+[.+])+(?=[\w<])")]
    private static partial Regex Outer();
}
