// Names as the runtime tells them in events: "Namespace.Outer+Inner", generic arguments left out, so that what names and
// compares methods of events works for those of snapshots too. ClrMD writes generic arguments in angle brackets, which the
// names of compiler-made types begin with as well.
namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Writes type names.</summary>
static class TypeNames
{
    /// <summary>A type's name without generic arguments and the number of them.</summary>
    public static string Plain(string name)
    {
        if (!name.Contains('<') && !name.Contains('`')) return name;
        var plain = new System.Text.StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var begins = plain.Length == 0 || plain[^1] is '+' or '.';
            if (name[i] == '<' && !begins) i = EndOfArguments(name, i);
            else if (name[i] == '<') i = CopyCompilerName(name, i, plain);
            else if (name[i] == '`') while (i + 1 < name.Length && char.IsAsciiDigit(name[i + 1])) i++;
            else plain.Append(name[i]);
        }
        return plain.ToString();
    }

    /// <summary>The generic arguments of a name, as a whole; "" when there are none.</summary>
    public static string Arguments(string name)
    {
        for (var i = 1; i < name.Length; i++)
            if (name[i] == '<' && name[i - 1] is not ('+' or '.')) return name[(i + 1)..EndOfArguments(name, i)];
        return "";
    }

    static int EndOfArguments(string name, int open)
    {
        for (int i = open, depth = 0; i < name.Length; i++)
        {
            depth += name[i] == '<' ? 1 : name[i] == '>' ? -1 : 0;
            if (depth == 0) return i;
        }
        return name.Length - 1;
    }

    static int CopyCompilerName(string name, int open, System.Text.StringBuilder into)
    {
        var end = EndOfArguments(name, open);
        into.Append(name, open, end - open + 1);
        return end;
    }
}
