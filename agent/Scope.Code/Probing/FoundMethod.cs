// A method that was found: as somebody wrote it, and the body that the compiler made of it, which is what runs and is probed.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Scope.Code.Probing;

/// <summary>What the compiler made of a method's body.</summary>
public enum MachineSort
{
    /// <summary>Nothing: it runs as written.</summary>
    None,
    /// <summary>An async method's state machine.</summary>
    Async,
    /// <summary>An iterator's, async or not.</summary>
    Iterator,
}

/// <summary>A method to probe.</summary>
/// <param name="Module">Its module.</param>
/// <param name="Written">The method as written: its parameters are what callers pass.</param>
/// <param name="Body">The method that holds its code; the same where the compiler moved nothing.</param>
/// <param name="Machine">What the compiler made of it.</param>
/// <param name="Title">Its name for people, as it may be looked for.</param>
/// <param name="IlBytes">The size of its code, bytes.</param>
/// <param name="IlOffset">Where in the code a line probe stands; null for the method as a whole.</param>
/// <param name="Line">The source line of its beginning, or of the place; null without a PDB.</param>
/// <param name="Refusal">Why it cannot be probed; null when it can.</param>
public sealed record FoundMethod(
    ModuleMetadata Module, MethodDefinitionHandle Written, MethodDefinitionHandle Body, MachineSort Machine, string Title, int IlBytes, int? IlOffset, SourceLine? Line, string? Refusal)
{
    /// <summary>The token of the method that is rewritten.</summary>
    public int BodyToken => MetadataTokens.GetToken(Body);

    /// <summary>The type that the written method stands in.</summary>
    public TypeDefinitionHandle Type => Module.Reader.GetMethodDefinition(Written).GetDeclaringType();

    /// <summary>Title and line, as lists show it.</summary>
    public override string ToString() => Line is { } line ? $"{Title} ({Path.GetFileName(line.File)}:{line.Line})" : Title;
}

/// <summary>What a search found.</summary>
/// <param name="Methods">The methods, with the reason beside those that cannot be probed.</param>
/// <param name="Problem">What to say when there are none: what looks like it, or why nothing can be found.</param>
public sealed record MethodsFound(IReadOnlyList<FoundMethod> Methods, string Problem);
