// From a condition to the small program that the native part runs, in postfix order. A decimal has a scale of its own, so
// a comparison with one is made for each scale that is usual: exact for up to five digits behind the point.
using System.Reflection.Metadata;
using Scope.Code.Probing;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Writes the steps of conditions.</summary>
/// <param name="set">Takes the captures that they look at.</param>
/// <param name="moments">When they are asked.</param>
sealed class ConditionTerms(CaptureSet set, CaptureMoment moments)
{
    const int Scales = 6;              // Of decimals: 0 to 5 digits behind the point; each takes 8 of the 64 steps.
    const int ScaleAt = 2, LowAt = 8;  // In a decimal's 16 bytes: scale and sign, and the lower two thirds of its digits.
    const int Negative = 0x8000;

    static readonly Dictionary<string, ConditionOperation> Signs = new()
    {
        ["=="] = ConditionOperation.Equal, ["!="] = ConditionOperation.NotEqual, ["<"] = ConditionOperation.Less, ["<="] = ConditionOperation.LessOrEqual,
        [">"] = ConditionOperation.Greater, [">="] = ConditionOperation.GreaterOrEqual,
    };

    static readonly Dictionary<TextTest, ConditionOperation> Tests = new()
    {
        [TextTest.Equals] = ConditionOperation.TextEquals, [TextTest.Contains] = ConditionOperation.TextContains,
        [TextTest.StartsWith] = ConditionOperation.TextStartsWith, [TextTest.EndsWith] = ConditionOperation.TextEndsWith,
    };

    readonly List<ConditionTerm> _terms = [];

    /// <summary>Why a condition cannot be asked.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The steps of several conditions that must all hold; null when they cannot be asked.</summary>
    public static IReadOnlyList<ConditionTerm>? Of(CaptureSet set, IReadOnlyList<ProbeCondition> all, CaptureMoment moments, out string problem)
    {
        var terms = new ConditionTerms(set, moments);
        for (var i = 0; i < all.Count; i++)
        {
            terms.Write(all[i]);
            if (i > 0) terms.Add(ConditionOperation.And);
        }
        problem = terms.Problem.Length > 0 ? terms.Problem : terms._terms.Count > HookLimits.MaxConditionSteps ? $"the condition is too long: {terms._terms.Count} steps, and a probe takes {HookLimits.MaxConditionSteps} (a comparison with a decimal takes {8 * Scales})" : "";
        return problem.Length == 0 ? terms._terms : null;
    }

    void Write(ProbeCondition condition)
    {
        switch (condition)
        {
            case JoinedCondition joined:
                Write(joined.Left);
                Write(joined.Right);
                Add(joined.Both ? ConditionOperation.And : ConditionOperation.Or);
                break;
            case NotCondition not:
                Write(not.Inner);
                Add(ConditionOperation.Not);
                break;
            case NullCondition isNull:
                Add(ConditionOperation.IsNull, Capture(isNull.Path, CaptureRead.Type));
                break;
            case TextCondition text:
                _terms.Add(new(Tests[text.Test], Capture(text.Path, CaptureRead.Text, Math.Clamp(text.Part.Length + 1, 1, HookLimits.MaxTextChars)), 0, text.Part));
                break;
            case ComparedCondition { Left.Path: { Type: NamedShape { FullName: "System.Decimal" } } path } compared:
                WriteDecimal(path, compared.Sign, compared.Right);
                break;
            case ComparedCondition compared:
                Write(compared.Left);
                Write(compared.Right);
                Add(Signs[compared.Sign]);
                break;
        }
    }

    void Write(ProbeOperand operand)
    {
        if (operand.IsElapsed) Add(ConditionOperation.ElapsedNanos);
        else if (operand.Path is { } path) Add(ConditionOperation.Capture, Capture(path, path.IsLength ? CaptureRead.Length : ValueForm.ReadOf(path.Type) ?? CaptureRead.Int64));
        else if (operand.Real is { } real) _terms.Add(new(ConditionOperation.Double, 0, BitConverter.DoubleToInt64Bits((double)real)));
        else _terms.Add(new(ConditionOperation.Integer, 0, operand.Whole ?? 0));
    }

    // "More than 12.5" is: of scale 0 and more than 12, or of scale 1 and more than 125, or …; what is not positive is less.
    void WriteDecimal(ValuePath path, string sign, ProbeOperand right)
    {
        var constant = right.Whole ?? right.Real ?? 0;
        if (right.Path is not null || constant < 0)
        {
            Problem = $"{path.Text} is a decimal, which a probe compares with a number that is not negative";
            return;
        }
        var scaleAndSign = Capture(Within(path, ScaleAt, PrimitiveTypeCode.UInt16), CaptureRead.UInt16);
        var low = Capture(Within(path, LowAt, PrimitiveTypeCode.Int64), CaptureRead.Int64);
        var (written, factor) = (0, 1m);
        for (var scale = 0; scale < Scales && constant * factor < long.MaxValue; scale++, factor *= 10)
        {
            var scaled = constant * factor;
            var isWhole = scaled == decimal.Truncate(scaled);
            // Between two whole numbers nothing is equal, and "at least" is "more than the lower one".
            var (asked, number) = isWhole ? (sign, scaled) : sign switch { ">=" or ">" => (">", decimal.Floor(scaled)), "<" or "<=" => ("<", decimal.Ceiling(scaled)), _ => (sign, -1m) };
            Compare(scaleAndSign, "==", scale);
            Compare(low, asked, (long)number);
            Add(ConditionOperation.And);
            if (written++ > 0) Add(ConditionOperation.Or);
        }
        if (sign is not ("<" or "<=" or "!=")) return;
        Compare(scaleAndSign, ">=", Negative);
        Add(ConditionOperation.Or);
    }

    void Compare(int capture, string sign, long number)
    {
        Add(ConditionOperation.Capture, capture);
        _terms.Add(new(ConditionOperation.Integer, 0, number));
        Add(Signs[sign]);
    }

    static ValuePath Within(ValuePath path, int bytes, PrimitiveTypeCode type) =>
        path with { Hops = [.. path.Hops, new(false, false, null, null, bytes)], Type = new PrimitiveShape(type) };

    int Capture(ValuePath path, CaptureRead read, int room = 0)
    {
        var index = set.Add(path, read, moments | CaptureMoment.OnlyForCondition, room);
        if (index is null && Problem.Length == 0) Problem = set.Problem;
        return index ?? 0;
    }

    void Add(ConditionOperation operation, int capture = 0) => _terms.Add(new(operation, capture));
}
