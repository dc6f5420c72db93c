// A breach of a rule: where, and what is wrong. Tests list all of them and say what to do.
namespace Scope.Style.Tests;

/// <summary>One breach.</summary>
sealed record Offence(string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line}: {What}";

    /// <summary>Fails with all offences, if there are any.</summary>
    public static void None(IEnumerable<Offence> offences, string whatToDo)
    {
        var all = offences.ToList();
        if (all.Count > 0) Assert.Fail($"{all.Count} breach(es). {whatToDo}\n{string.Join("\n", all.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Line))}");
    }
}
