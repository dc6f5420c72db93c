// What a probe's condition or capture says, before anybody knows what its names stand for.
namespace Scope.Code.Probing.Expressions;

/// <summary>A part of an expression.</summary>
/// <param name="At">Where it stands in the text.</param>
abstract record ProbeSyntax(int At);

/// <summary>A value that was typed: a number, a text, true, false or null.</summary>
sealed record ConstantSyntax(int At, object? Value, bool IsDuration = false) : ProbeSyntax(At);

/// <summary>Names joined by points: where a value is found. An index is a name that begins with a bracket.</summary>
sealed record PathSyntax(int At, IReadOnlyList<(string Name, int At)> Names) : ProbeSyntax(At)
{
    /// <summary>As it was typed.</summary>
    public string Text => string.Join('.', Names.Select(n => n.Name)).Replace(".[", "[");
}

/// <summary>A question to a text: Contains, StartsWith, EndsWith.</summary>
sealed record TextTestSyntax(int At, PathSyntax Text, string Test, string Part) : ProbeSyntax(At);

/// <summary>A condition that must not hold.</summary>
sealed record NotSyntax(int At, ProbeSyntax Inner) : ProbeSyntax(At);

/// <summary>Two conditions, or two values that are compared.</summary>
sealed record PairSyntax(int At, string Sign, ProbeSyntax Left, ProbeSyntax Right) : ProbeSyntax(At);
