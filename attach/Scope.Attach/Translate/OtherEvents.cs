// Events of providers that a user added and we know nothing of: kept as log records whose category is provider and event,
// with their fields where the stream names them.
using Scope.Attach.Nettrace;
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Attach.Translate;

/// <summary>Translates the events that no other handler knows.</summary>
sealed class OtherEvents(Translation t)
{
    public void Register(EventTable table) => table.Others = Translate;

    void Translate(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var metadata = row.Metadata;
        if (row.Name.IsNone) Prepare(row);
        var made = t.New(EventKind.Log, e);
        made.Name = row.Name;
        made.Detail = LogLevelOf(metadata.Level);
        if (made.Detail >= 4) made.Flags |= EventFlags.Error;
        var writer = t.NewPayload();
        for (var i = 0; i < row.FieldKeys.Length; i++)
            if (!AddField(ref writer, row.FieldKeys[i], metadata.Fields[i].TypeCode, row.SecretFields[i], ref payload)) break;
        if (!payload.IsTorn) t.Keep(writer, ref made);
        t.Emit(row, made, ref payload);
    }

    void Prepare(EventRow row)
    {
        var metadata = row.Metadata;
        row.Name = t.Names.Intern($"{metadata.Provider}/{(metadata.EventName.Length > 0 ? metadata.EventName : metadata.EventId)}");
        row.SecretFields = [.. metadata.Fields.Select(f => t.Catalog.Redactor.IsSecret(f.Name))];
        row.FieldKeys = [.. metadata.Fields.Take(Limits.UnknownEventFields).Select(f => t.Names.Intern(f.Name.Length > 0 ? f.Name : "value"))];
    }

    // EventLevel: 1 critical, 2 error, 3 warning, 4 informational, 5 verbose; 0 always. Log levels count the other way.
    static ushort LogLevelOf(int eventLevel) => eventLevel switch { 1 => 5, 2 => 4, 3 => 3, 5 => 1, _ => 2 };

    /// <summary>Adds one field; false when its type is not one that can be read past.</summary>
    static bool AddField(ref PayloadWriter writer, NameId key, int typeCode, bool isSecret, ref PayloadCursor payload)
    {
        Span<byte> text = stackalloc byte[40];
        int length;
        switch ((TypeCode)typeCode)
        {
            case TypeCode.String:
                var value = payload.Text();
                writer.Add(key, isSecret ? Redactor.Replacement : value);
                return true;
            case TypeCode.Boolean: payload.UInt32().TryFormat(text, out length); break;
            case TypeCode.SByte: ((sbyte)payload.Byte()).TryFormat(text, out length); break;
            case TypeCode.Byte: payload.Byte().TryFormat(text, out length); break;
            case TypeCode.Char: length = new System.Text.Rune((char)payload.UInt16() is var c && char.IsSurrogate(c) ? '?' : c).EncodeToUtf8(text); break;
            case TypeCode.Int16: ((short)payload.UInt16()).TryFormat(text, out length); break;
            case TypeCode.UInt16: payload.UInt16().TryFormat(text, out length); break;
            case TypeCode.Int32: payload.Int32().TryFormat(text, out length); break;
            case TypeCode.UInt32: payload.UInt32().TryFormat(text, out length); break;
            case TypeCode.Int64: payload.Int64().TryFormat(text, out length); break;
            case TypeCode.UInt64: payload.UInt64().TryFormat(text, out length); break;
            case TypeCode.Single: BitConverter.UInt32BitsToSingle(payload.UInt32()).TryFormat(text, out length); break;
            case TypeCode.Double: payload.Double().TryFormat(text, out length); break;
            case TypeCode.DateTime: payload.Int64().TryFormat(text, out length); break;
            case (TypeCode)17: payload.Guid().TryFormat(text, out length); break;
            default: return false;
        }
        writer.Add(key, text[..length]);
        return true;
    }
}
