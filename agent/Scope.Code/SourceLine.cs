// A line in a source file, as the PDB wrote it when the program was built.
namespace Scope.Code;

/// <summary>A line in a source file.</summary>
/// <param name="File">The file's path on the machine that built it.</param>
/// <param name="Line">The line, from 1.</param>
public sealed record SourceLine(string File, int Line)
{
    /// <summary>The file's name without its folders, and the line: what fits a sentence.</summary>
    public string Short => File[(File.LastIndexOfAny(['/', '\\']) + 1)..] + ":" + Line;
}
