// Version 6 keeps what applies to several events in lists of labels, told once and good until the next sequence point. The
// activities are among them; the others (W3C ids, free texts, overridden levels) are read over.
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class LabelTable
{
    const byte LastInList = 0x80;

    readonly Dictionary<int, (Guid Activity, Guid Related)> _lists = [];

    /// <summary>Reads a block of lists; null when all is well, else what is wrong.</summary>
    public string? Read(ReadOnlySpan<byte> block)
    {
        var cursor = new PayloadCursor(block);
        var index = cursor.Int32();
        var count = (uint)cursor.Int32();
        if (cursor.IsTorn || count > cursor.Rest.Length) return $"a block of labels says that it has {count} lists";
        for (; count > 0; count--)
        {
            if (!ReadList(ref cursor, out var list)) return "a list of labels reaches past the end of its block";
            if (_lists.Count >= Limits.NettraceLabelLists) return $"more than {Limits.NettraceLabelLists} lists of labels between two sequence points";
            _lists[index++] = list;
        }
        return null;
    }

    /// <summary>Gives an event the activities of its list.</summary>
    public void Apply(int index, ref NettraceEvent e)
    {
        if (index != 0 && _lists.TryGetValue(index, out var list)) (e.ActivityId, e.RelatedActivityId) = list;
    }

    /// <summary>The lists are void from here on.</summary>
    public void Clear() => _lists.Clear();

    static bool ReadList(ref PayloadCursor cursor, out (Guid Activity, Guid Related) list)
    {
        list = default;
        byte kind;
        do
        {
            kind = cursor.Byte();
            switch (kind & ~LastInList)
            {
                case 1: list.Activity = cursor.Guid(); break;
                case 2: list.Related = cursor.Guid(); break;
                case 3: cursor.Take(16); break; // W3C trace id
                case 4 or 8: cursor.Take(8); break; // W3C span id; keywords
                case 5: cursor.Utf8(); cursor.Utf8(); break;
                case 6: cursor.Utf8(); cursor.Number(); break;
                case 7 or 9 or 10: cursor.Take(1); break; // opcode, level, version
                default: return false;
            }
        }
        while ((kind & LastInList) == 0 && !cursor.IsTorn);
        return !cursor.IsTorn;
    }
}
