// What versions 3 to 5 tell of a sort of events: a fixed head, its fields, and from version 5 on tags with what was added
// later. Fields that cannot be read cost the fields, not the events; the runtime's own providers tell none at all.
using Scope.Events;

namespace Scope.Attach.Nettrace;

static class MetadataV5
{
    const byte OpcodeTag = 1, FieldsTag = 2;
    const int ObjectCode = 1, ArrayCode = 19;

    /// <summary>Reads one; null when its head is cut.</summary>
    public static NettraceMetadata? Read(ReadOnlySpan<byte> bytes)
    {
        var cursor = new PayloadCursor(bytes);
        var id = cursor.Int32();
        var provider = cursor.Text().ToString();
        var eventId = cursor.Int32();
        var name = cursor.Text().ToString();
        var keywords = cursor.Int64();
        var version = cursor.Int32();
        var level = cursor.Int32();
        if (cursor.IsTorn) return null;
        var fields = cursor.Rest.Length >= 4 ? Fields(ref cursor, cursor.Int32(), 0) : [];
        byte opcode = 0;
        while (cursor.Rest.Length > 0 && !cursor.IsTorn)
        {
            var length = cursor.Int32();
            var kind = cursor.Byte();
            var tag = new PayloadCursor(cursor.Take(length));
            if (kind == OpcodeTag) opcode = tag.Byte();
            if (kind == FieldsTag) fields = SizedFields(ref tag, tag.Int32(), 0);
        }
        return new(id, provider, eventId, name, version, level, keywords, opcode, fields);
    }

    static IReadOnlyList<NettraceField> Fields(ref PayloadCursor cursor, int count, int depth)
    {
        if (depth > Limits.NettraceFieldDepth) cursor.Take(-1);
        var fields = new List<NettraceField>();
        for (var i = 0; i < count && !cursor.IsTorn; i++)
        {
            var (code, element, inner) = Type(ref cursor, depth, sized: false);
            fields.Add(new(cursor.Text().ToString(), code, element, inner));
        }
        return cursor.IsTorn ? [] : fields;
    }

    /// <summary>The later way: each field says its size first and its name before its type.</summary>
    static IReadOnlyList<NettraceField> SizedFields(ref PayloadCursor cursor, int count, int depth)
    {
        if (depth > Limits.NettraceFieldDepth) cursor.Take(-1);
        var fields = new List<NettraceField>();
        for (var i = 0; i < count && !cursor.IsTorn; i++)
        {
            var field = new PayloadCursor(cursor.Take(cursor.Int32() - 4));
            var name = field.Text().ToString();
            var (code, element, inner) = Type(ref field, depth, sized: true);
            if (field.IsTorn) cursor.Take(-1);
            fields.Add(new(name, code, element, inner));
        }
        return cursor.IsTorn ? [] : fields;
    }

    static (int Code, int Element, IReadOnlyList<NettraceField> Inner) Type(ref PayloadCursor cursor, int depth, bool sized)
    {
        var code = cursor.Int32();
        if (code == ObjectCode)
        {
            var count = cursor.Int32();
            return (code, 0, sized ? SizedFields(ref cursor, count, depth + 1) : Fields(ref cursor, count, depth + 1));
        }
        if (code != ArrayCode) return (code, 0, []);
        if (depth >= Limits.NettraceFieldDepth) cursor.Take(-1);
        var element = cursor.IsTorn ? default : Type(ref cursor, depth + 1, sized);
        return (code, element.Code, element.Code == ArrayCode ? [new("", ArrayCode, element.Element, element.Inner)] : element.Inner ?? []);
    }
}
