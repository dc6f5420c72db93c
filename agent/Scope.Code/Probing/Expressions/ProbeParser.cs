// Reads conditions and captures, as C# writes them, in the usual order: ||, then &&, then comparisons, then !.
using System.Diagnostics.CodeAnalysis;
using Scope.Events;

namespace Scope.Code.Probing.Expressions;

/// <summary>Reads one text. No text whatever makes it throw.</summary>
sealed class ProbeParser
{
    const int Depth = 64; // Of brackets in brackets, so that a hostile text cannot use up the stack.

    static readonly string[] Comparisons = ["==", "!=", ">=", "<=", ">", "<"];
    static readonly string[] TextTests = ["Contains", "StartsWith", "EndsWith"];

    readonly ProbeTokens _tokens;
    ProbeToken _now;

    ProbeParser(string text)
    {
        _tokens = new(text);
        _now = _tokens.Next();
    }

    /// <summary>Reads a condition.</summary>
    public static bool TryCondition(string text, [NotNullWhen(true)] out ProbeSyntax? syntax, [NotNullWhen(false)] out TextMistake? mistake) => TryRead(text, p => p.Either(0), out syntax, out mistake);

    /// <summary>Reads a path to a value.</summary>
    public static bool TryPath(string text, [NotNullWhen(true)] out PathSyntax? path, [NotNullWhen(false)] out TextMistake? mistake) => TryRead(text, p => p.Path(), out path, out mistake);

    static bool TryRead<T>(string text, Func<ProbeParser, T?> read, [NotNullWhen(true)] out T? syntax, [NotNullWhen(false)] out TextMistake? mistake) where T : ProbeSyntax
    {
        var parser = new ProbeParser(text);
        syntax = read(parser);
        if (syntax is not null && parser._now.Sort != TokenSort.End) parser._tokens.Wrong(parser._now.At, "here the text should end, or go on with &&, || or a comparison");
        mistake = parser._tokens.Mistake;
        if (mistake is null && syntax is not null) return true;
        mistake ??= new(text, 0, "this says nothing that could be read");
        syntax = null;
        return false;
    }

    ProbeSyntax? Either(int depth) => Joined("||", () => Both(depth));

    ProbeSyntax? Both(int depth) => Joined("&&", () => Compared(depth));

    ProbeSyntax? Joined(string sign, Func<ProbeSyntax?> part)
    {
        var left = part();
        while (left is not null && Is(sign) && Take() is var joint)
        {
            if (part() is not { } right) return null;
            left = new PairSyntax(joint.At, sign, left, right);
        }
        return left;
    }

    ProbeSyntax? Compared(int depth)
    {
        if (Single(depth) is not { } left) return null;
        if (!Comparisons.Any(Is)) return left;
        var sign = Take();
        return Single(depth) is { } right ? new PairSyntax(sign.At, sign.Text, left, right) : null;
    }

    ProbeSyntax? Single(int depth)
    {
        if (depth > Depth) return Wrong("there are too many brackets in one another");
        if (Is("!") && Take() is var not) return Single(depth + 1) is { } inner ? new NotSyntax(not.At, inner) : null;
        if (Is("("))
        {
            Take();
            var inner = Either(depth + 1);
            if (inner is not null && !Is(")")) return Wrong("here a bracket is not closed");
            Take();
            return inner;
        }
        if (Is("-") && Take() is var minus)
            return _now.Sort switch
            {
                TokenSort.Whole => new ConstantSyntax(minus.At, -_now.Whole, Take().IsDuration),
                TokenSort.Real => new ConstantSyntax(minus.At, -Take().Real),
                _ => Wrong("after a minus a number is missing: probes compare values, they do not calculate"),
            };
        return _now.Sort switch
        {
            TokenSort.Whole => new ConstantSyntax(_now.At, _now.Whole, Take().IsDuration),
            TokenSort.Real => new ConstantSyntax(_now.At, Take().Real),
            TokenSort.Text => new ConstantSyntax(_now.At, Take().Text),
            TokenSort.Name when _now.Text is "true" or "false" => new ConstantSyntax(_now.At, Take().Text == "true"),
            TokenSort.Name when _now.Text == "null" => new ConstantSyntax(Take().At, null),
            _ => PathOrTest(),
        };
    }

    PathSyntax? Path()
    {
        if (_now.Sort != TokenSort.Name) return (PathSyntax?)Wrong("here a value is missing: a parameter, this, a local, return, exception, elapsed, a number or a text");
        var names = new List<(string, int)> { (_now.Text, _now.At) };
        Take();
        while (Is(".") || Is("["))
        {
            var isIndex = Take().Text == "[";
            if (_now.Sort != (isIndex ? TokenSort.Whole : TokenSort.Name)) return (PathSyntax?)Wrong(isIndex ? "between the brackets a number is missing: elements are read by a fixed index" : "after the point the name of a field or property is missing");
            names.Add((isIndex ? $"[{_now.Whole}]" : _now.Text, _now.At));
            Take();
            if (isIndex && !Is("]")) return (PathSyntax?)Wrong("here a bracket is not closed");
            if (isIndex) Take();
        }
        return new(names[0].Item2, names);
    }

    // A call is a mistake, but for the three questions to a text, which the probe answers by itself.
    ProbeSyntax? PathOrTest()
    {
        if (Path() is not { } path) return null;
        if (!Is("(")) return path;
        var (test, at) = path.Names[^1];
        if (path.Names.Count < 2 || !TextTests.Contains(test)) return Wrong($"a probe calls nothing in the target but {string.Join(", ", TextTests)} of a text: name the field or property that holds the value");
        Take();
        if (_now.Sort != TokenSort.Text) return Wrong("here a text in quotes is missing");
        var part = Take().Text;
        if (!Is(")")) return Wrong("here a bracket is not closed");
        Take();
        return new TextTestSyntax(at, path with { Names = [.. path.Names.SkipLast(1)] }, test, part);
    }

    bool Is(string sign) => _now.Sort == TokenSort.Sign && _now.Text == sign;

    ProbeToken Take()
    {
        var taken = _now;
        _now = _tokens.Next();
        return taken;
    }

    ProbeSyntax? Wrong(string message)
    {
        _tokens.Wrong(_now.At, message);
        return null;
    }
}
