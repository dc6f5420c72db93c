// Rules of code that need its syntax: how long a method is, and what the hot path may not do.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Scope.Style.Tests;

static class CodeRules
{
    public const int MethodLines = 60;

    static readonly HashSet<string> Linq = ["Select", "SelectMany", "Where", "ToList", "ToArray", "ToDictionary", "ToHashSet", "OrderBy", "OrderByDescending", "GroupBy", "Any", "All", "First", "FirstOrDefault", "Last", "Sum", "Concat", "Zip", "Distinct", "Aggregate"];
    static readonly HashSet<string> SpanMethods = ["ToArray"]; // Also a method of spans; there it allocates just as well.
    static readonly HashSet<string> Heavy = ["List", "Dictionary", "HashSet", "Queue", "Stack", "StringBuilder", "ConcurrentDictionary", "ConcurrentQueue", "Task", "Thread", "Timer"];

    public static CompilationUnitSyntax Parse(string text) => CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();

    /// <summary>Methods that do not fit a screen.</summary>
    public static IEnumerable<Offence> LongMethods(string path, string text) =>
        from body in Parse(text).DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax)
        let lines = Line(body, body.Span.End) - Line(body, body.SpanStart) + 1
        where lines > MethodLines
        select new Offence(path, Line(body, body.SpanStart), $"{NameOf(body)} has {lines} lines, and {MethodLines} is the most");

    /// <summary>What the hot path may not do: wait for a lock, allocate by LINQ, closures or collections, throw, or await. Constructors, field initialisers and methods marked NoInlining are not hot.</summary>
    public static IEnumerable<Offence> HotPath(string path, string text)
    {
        foreach (var method in Parse(text).DescendantNodes().Where(n => n is MethodDeclarationSyntax or AccessorDeclarationSyntax or OperatorDeclarationSyntax))
        {
            if (method is MethodDeclarationSyntax { AttributeLists: var lists } && lists.ToString().Contains("NoInlining")) continue;
            foreach (var node in method.DescendantNodes())
                if (Ban(node) is { } what) yield return new(path, Line(node, node.SpanStart), $"{NameOf(method)} {what}");
        }
    }

    static string? Ban(SyntaxNode node) => node switch
    {
        LockStatementSyntax => "takes a lock",
        ThrowStatementSyntax or ThrowExpressionSyntax => "throws",
        QueryExpressionSyntax => "runs a LINQ query",
        AwaitExpressionSyntax => "awaits",
        AnonymousFunctionExpressionSyntax { } f when f.Modifiers.All(m => !m.IsKind(SyntaxKind.StaticKeyword)) => "makes a closure",
        ObjectCreationExpressionSyntax { Type: var type } when Heavy.Contains(Simple(type)) => $"makes a {Simple(type)}",
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: var name } access } when Linq.Contains(name) && !IsStatic(access) => $"calls {name}",
        _ => null,
    };

    /// <summary>A call on a type's name (Array.ForEach, Task.WhenAll) is no LINQ.</summary>
    static bool IsStatic(MemberAccessExpressionSyntax access) =>
        access.Expression is IdentifierNameSyntax { Identifier.Text: var name } && char.IsUpper(name[0]) && !SpanMethods.Contains(access.Name.Identifier.Text);

    static string Simple(TypeSyntax type) => type switch
    {
        GenericNameSyntax g => g.Identifier.Text,
        QualifiedNameSyntax q => q.Right.Identifier.Text,
        _ => type.ToString(),
    };

    static int Line(SyntaxNode node, int position) => node.SyntaxTree.GetLineSpan(new(position, 0)).StartLinePosition.Line + 1;

    static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax m => m.Identifier.Text,
        ConstructorDeclarationSyntax c => $"the constructor of {c.Identifier.Text}",
        LocalFunctionStatementSyntax l => l.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax p } => p.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
