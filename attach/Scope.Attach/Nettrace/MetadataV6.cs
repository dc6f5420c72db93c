// What version 6 tells of a sort of events: rows that say their own size, with what is optional in tags.
using Scope.Events;

namespace Scope.Attach.Nettrace;

static class MetadataV6
{
    const int ObjectCode = 1, ArrayCode = 19, FixedArrayCode = 22, RelativeCode = 24, AbsoluteCode = 25;

    /// <summary>Reads the next row; null when it is cut.</summary>
    public static NettraceMetadata? Read(ref PayloadCursor rows)
    {
        var row = new PayloadCursor(rows.Take(rows.UInt16()));
        var id = (int)row.Number32();
        var provider = row.Utf8();
        var eventId = (int)row.Number32();
        var name = row.Utf8();
        if (rows.IsTorn || row.IsTorn) return null;
        var fields = Fields(ref row, 0);
        var more = new PayloadCursor(row.IsTorn ? default : row.Take(row.UInt16()));
        var (opcode, keywords, level, version) = Options(ref more);
        return new(id, provider, eventId, name, version, level, keywords, opcode, fields);
    }

    static (byte Opcode, long Keywords, int Level, int Version) Options(ref PayloadCursor more)
    {
        byte opcode = 0;
        long keywords = 0;
        int level = 0, version = 0;
        while (more.Rest.Length > 0)
        {
            switch (more.Byte())
            {
                case 1: opcode = more.Byte(); break;
                case 3: keywords = more.Int64(); break;
                case 4 or 5: more.Utf8(); break; // message template, description
                case 6: more.Utf8(); more.Utf8(); break;
                case 7: more.Take(16); break; // the provider's GUID
                case 8: level = more.Byte(); break;
                case 9: version = more.Byte(); break;
                default: more.Take(more.Rest.Length); break; // A later kind of unknown size ends what can be read.
            }
        }
        return (opcode, keywords, level, version);
    }

    static IReadOnlyList<NettraceField> Fields(ref PayloadCursor cursor, int depth)
    {
        var count = cursor.UInt16();
        if (depth > Limits.NettraceFieldDepth) cursor.Take(-1);
        var fields = new List<NettraceField>();
        for (var i = 0; i < count && !cursor.IsTorn; i++)
        {
            var field = new PayloadCursor(cursor.Take(cursor.UInt16()));
            var name = field.Utf8();
            var (code, element, inner) = Type(ref field, depth);
            if (field.IsTorn) cursor.Take(-1);
            fields.Add(new(name, code, element, inner));
        }
        return cursor.IsTorn ? [] : fields;
    }

    static (int Code, int Element, IReadOnlyList<NettraceField> Inner) Type(ref PayloadCursor cursor, int depth)
    {
        int code = cursor.Byte();
        if (code == ObjectCode) return (code, 0, Fields(ref cursor, depth + 1));
        if (code is not (ArrayCode or FixedArrayCode or RelativeCode or AbsoluteCode)) return (code, 0, []);
        if (depth >= Limits.NettraceFieldDepth) cursor.Take(-1);
        var element = cursor.IsTorn ? default : Type(ref cursor, depth + 1);
        if (code == FixedArrayCode) cursor.UInt16(); // The number of elements.
        return (code, element.Code, IsArray(element.Code) ? [new("", element.Code, element.Element, element.Inner)] : element.Inner ?? []);
    }

    static bool IsArray(int code) => code is ArrayCode or FixedArrayCode or RelativeCode or AbsoluteCode;
}
