// What people call a process: by its entry assembly, because "dotnet" says nothing.
namespace Scope.Attach.Processes;

/// <summary>Names of .NET processes.</summary>
static class ProcessNames
{
    /// <summary>The name of a process: of the assembly that the dotnet host was told to run, else of the program itself.</summary>
    public static string Of(ProcessFacts facts)
    {
        if (facts.Arguments.Length == 0) return facts.Stat.Command;
        var program = Path.GetFileName(facts.Arguments[0]);
        if (program is not ("dotnet" or "dotnet.exe")) return WithoutSuffix(program.Length > 0 ? program : facts.Stat.Command);
        foreach (var argument in facts.Arguments.Skip(1))
        {
            if (argument is "exec" || argument.StartsWith('-')) continue;
            // The values of the host's own options (--depsfile x.json) are no assembly.
            if (argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || argument.EndsWith(".exe", StringComparison.OrdinalIgnoreCase)) return WithoutSuffix(Path.GetFileName(argument));
            if (!Path.HasExtension(argument)) break;
        }
        return program;
    }

    static string WithoutSuffix(string name) => name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
}
