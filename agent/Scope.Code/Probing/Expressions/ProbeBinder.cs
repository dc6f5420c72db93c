// Gives the names of an expression their values' places, and checks that what is compared can be: numbers with numbers, a
// text with a text, an enum with the name of one of its values, a time with a time.
using System.Globalization;
using System.Reflection.Metadata;
using Scope.Events;

namespace Scope.Code.Probing.Expressions;

/// <summary>Binds one text within one method. The first mistake counts.</summary>
sealed class ProbeBinder(MethodFrame frame, string source)
{
    const long NanosPerTick = 100;

    /// <summary>What is wrong, once something is.</summary>
    public TextMistake? Mistake { get; private set; }

    /// <summary>The path of a value; null at a mistake.</summary>
    public ValuePath? Path(PathSyntax syntax)
    {
        ValuePath? path = null;
        foreach (var (name, at) in syntax.Names)
        {
            var next = path is null ? frame.Find(name, out var problem) : name.StartsWith('[') ? Element(path, int.Parse(name.AsSpan(1, name.Length - 2), CultureInfo.InvariantCulture), out problem) : frame.Members.Find(path, name, out problem);
            if (next is null) return Wrong<ValuePath>(at, problem);
            path = next;
        }
        return path!.Behind with { Text = syntax.Text };
    }

    /// <summary>A condition; null at a mistake.</summary>
    public ProbeCondition? Condition(ProbeSyntax syntax) => syntax switch
    {
        PairSyntax { Sign: "&&" or "||" } pair => Condition(pair.Left) is { } left && Condition(pair.Right) is { } right ? new JoinedCondition(left, right, pair.Sign == "&&") : null,
        PairSyntax pair => Compared(pair),
        NotSyntax not => Condition(not.Inner) is { } inner ? new NotCondition(inner) : null,
        TextTestSyntax test => Path(test.Text) is { } path ? IsText(path.Type) ? new TextCondition(path, Enum.Parse<TextTest>(test.Test), test.Part) : Wrong<ProbeCondition>(test.At, $"{path.Text} is a {path.Type.Name} and no text") : null,
        PathSyntax { Text: "elapsed" } elapsed => Wrong<ProbeCondition>(elapsed.At, "elapsed is a time: compare it, as in elapsed > 50ms"),
        PathSyntax path => Path(path) is { } found ? IsBool(found.Type) ? new ComparedCondition(new(found), "!=", new(null, 0)) : Wrong<ProbeCondition>(path.At, $"{found.Text} is a {found.Type.Name}: compare it with something") : null,
        _ => Wrong<ProbeCondition>(syntax.At, "a value alone is no condition: compare it with something"),
    };

    ValuePath? Element(ValuePath holder, int index, out string problem)
    {
        problem = "";
        var array = holder.Behind.Type is NamedShape { FullName: "System.Collections.Generic.List`1" } ? frame.Members.Field(holder, "_items", holder.Text) : holder;
        if (array?.Behind.Type is Probing.ArrayShape { Rank: 1 } shape) return array.At(index, shape.Element) with { Text = $"{holder.Text}[{index}]" };
        problem = $"{holder.Text} is a {holder.Type.Name}: only elements of arrays and lists are read by their index";
        return null;
    }

    ProbeCondition? Compared(PairSyntax pair)
    {
        // The constant second, so that there is one order to look at.
        if (pair.Left is ConstantSyntax && pair.Right is not ConstantSyntax) return Compared(new(pair.At, Turned(pair.Sign), pair.Right, pair.Left));
        if (pair.Left is PathSyntax { Text: "elapsed" } elapsed) return OfTime(pair, new(null, IsElapsed: true), 1);
        if (pair.Left is not PathSyntax left) return Wrong<ProbeCondition>(pair.At, "a comparison needs a value of the target on one side");
        if (Path(left) is not { } path) return null;
        if (pair.Right is ConstantSyntax { Value: null }) return OfNull(pair, path);
        if (path.Type is NamedShape { FullName: "System.TimeSpan" } && pair.Right is ConstantSyntax) return OfTime(pair, new(Ticks(path)), NanosPerTick);
        if (IsText(path.Type)) return OfText(pair, path);
        if (ValueSizes.NumberOf(path.Type) is not null) return OfEnum(pair, path);
        if (!IsNumber(path.Type)) return Wrong<ProbeCondition>(left.At, Incomparable(path));
        if (pair.Right is PathSyntax other) return Path(other) is not { } second ? null : IsPlain(second.Type) && IsPlain(path.Type) ? new ComparedCondition(new(path), pair.Sign, new(second)) : Wrong<ProbeCondition>(other.At, $"{path.Text} is a {path.Type.Name} and {second.Text} a {second.Type.Name}: they cannot be compared with one another");
        return ((ConstantSyntax)pair.Right).Value switch
        {
            bool flag when IsBool(path.Type) => new ComparedCondition(new(path), pair.Sign, new(null, flag ? 1 : 0)),
            string { Length: 1 } letter when path.Type is PrimitiveShape { Code: PrimitiveTypeCode.Char } => new ComparedCondition(new(path), pair.Sign, new(null, letter[0])),
            long whole when !IsBool(path.Type) => new ComparedCondition(new(path), pair.Sign, new(null, whole)),
            double real when !IsBool(path.Type) => new ComparedCondition(new(path), pair.Sign, new(null, null, (decimal)real)),
            _ => Wrong<ProbeCondition>(pair.Right.At, $"{path.Text} is a {path.Type.Name}, and this is none"),
        };
    }

    ProbeCondition? OfNull(PairSyntax pair, ValuePath path)
    {
        if (pair.Sign is not ("==" or "!=")) return Wrong<ProbeCondition>(pair.At, "with null a value is only == or !=");
        if (Members.IsNullable(path.Type, out _) && frame.Members.Find(path, "HasValue", out _) is { } has) return new ComparedCondition(new(has), pair.Sign == "==" ? "==" : "!=", new(null, 0));
        if (!path.Type.IsReference && path.Type is not ParameterShape) return Wrong<ProbeCondition>(pair.Left.At, $"{path.Text} is a {path.Type.Name}, which is never null");
        ProbeCondition isNull = new NullCondition(path);
        return pair.Sign == "==" ? isNull : new NotCondition(isNull);
    }

    ProbeCondition? OfTime(PairSyntax pair, ProbeOperand time, long nanosPerUnit) => pair.Right is ConstantSyntax { IsDuration: true, Value: long nanos }
        ? new ComparedCondition(time, pair.Sign, new(null, nanos / nanosPerUnit))
        : Wrong<ProbeCondition>(pair.Right.At, "a time is compared with a time such as 50ms, 2s or 5min");

    ProbeCondition? OfText(PairSyntax pair, ValuePath path)
    {
        if (pair.Right is not ConstantSyntax { Value: string text }) return Wrong<ProbeCondition>(pair.Right.At, $"{path.Text} is a text: compare it with one in quotes");
        ProbeCondition test = new TextCondition(path, TextTest.Equals, text);
        return pair.Sign switch { "==" => test, "!=" => new NotCondition(test), _ => Wrong<ProbeCondition>(pair.At, "texts are only == or !=, or asked by Contains, StartsWith and EndsWith") };
    }

    // By the name of a value, with or without the enum's before it, in quotes or not; or by its number.
    ProbeCondition? OfEnum(PairSyntax pair, ValuePath path)
    {
        if (pair.Right is ConstantSyntax { Value: long number }) return new ComparedCondition(new(path), pair.Sign, new(null, number));
        var name = pair.Right switch { ConstantSyntax { Value: string text } => text, PathSyntax typed => typed.Names[^1].Name, _ => "" };
        var values = EnumValues.Of(path.Type);
        if (values.FirstOrDefault(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } value) return new ComparedCondition(new(path), pair.Sign, new(null, value.Number));
        return Wrong<ProbeCondition>(pair.Right.At, $"{path.Type.Name} has no value '{name}'{Nearest.Hint(name, values.Select(v => v.Name))}");
    }

    ValuePath Ticks(ValuePath span) => frame.Members.Field(span, "_ticks", span.Text)!;

    static string Incomparable(ValuePath path) => path.Type switch
    {
        NamedShape { IsStruct: false } or PrimitiveShape { Code: PrimitiveTypeCode.Object } => $"{path.Text} is an object ({path.Type.Name}): compare one of its fields, or ask whether it is null",
        _ => $"{path.Text} is a {path.Type.Name}, which probes cannot compare: --capture shows it",
    };

    static bool IsBool(TypeShape type) => type is PrimitiveShape { Code: PrimitiveTypeCode.Boolean };

    static bool IsText(TypeShape type) => type is PrimitiveShape { Code: PrimitiveTypeCode.String };

    static bool IsPlain(TypeShape type) => type is PrimitiveShape { IsReference: false };

    static bool IsNumber(TypeShape type) => IsPlain(type) || type is NamedShape { FullName: "System.Decimal" };

    static string Turned(string sign) => sign.Contains('<') ? sign.Replace('<', '>') : sign.Replace('>', '<');

    T? Wrong<T>(int at, string message) where T : class
    {
        Mistake ??= new(source, at, message);
        return null;
    }
}
