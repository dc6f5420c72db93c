// What each shape must return, said without calling it.
namespace Scope.Targets.Shapes;

static class Checks
{
    public static readonly (string Name, Func<int, bool> Check)[] All =
    [
        ("Add", n => Plain.Add(n, 3) == n + 3),
        ("Greet", n => Plain.Greet("bob", n, true) == "bob" + n && Plain.Greet("bob", n, false) == "no"),
        ("Scale", n => Plain.Scale(2.0, 1.5f) == 3.0),
        ("Mixed", n => Plain.Mixed((sbyte)-1, 2, -3, 4, -5, 6, -7, 8, 'x', true) == -1 + 2 - 3 + 4 - 5 + 6 - 7 + 8 + 'x' + 1),
        ("Nothing", n => { Plain.Nothing(); return true; }),
        ("Switch", n => Plain.Switch(n & 7) == (n & 7) switch { 0 => "zero", 1 => "one", 3 => "three", 5 => "five", _ => "other" }),
        ("Long", n => Plain.Long(n & 15) == Enumerable.Range(0, (n & 15) + 1).Sum(i => i * 3)),
        ("Fibonacci", n => Plain.Fibonacci(n % 10) == (n % 10) switch { 0 => 0, 1 => 1, 2 => 1, 3 => 2, 4 => 3, 5 => 5, 6 => 8, 7 => 13, 8 => 21, _ => 34 }),
        ("Choose", n => Plain.Choose(n, "even", "odd") == (n % 2 == 0 ? "even" : "odd") + n),
        ("Big", n => Values.MakeBig(n) is { A: var a, B: var b, C: var c, D: var d } && (a, b, c, d) == (n, n + 1, n + 2, n + 3)),
        ("PassBig", n => Values.Sum(new Big(n, 1, 2, 3)) == n + 6),
        ("InBig", n => { var big = new Big(n, 1, 2, 3); return Values.SumIn(in big) == n + 6; }),
        ("Out", n => Values.TrySplit(n, out int half, out string text) && half == n / 2 && text == "half"),
        ("Ref", n => { int x = n; Values.Double(ref x); return x == 2 * n; }),
        ("RefReturn", n => { var cells = new int[4]; Values.Cell(cells, n & 3) = n; return cells[n & 3] == n; }),
        ("ReadOnlyRef", n => Values.First([n, 2]) == n),
        ("Span", n => Values.Tail("hello", 2) is "llo"),
        ("SpanArgument", n => Values.SumOf([n, 1, 2]) == n + 3),
        ("RefStruct", n => new Cursor("abc").Advance().Rest == 2),
        ("Nullable", n => Values.Half(n % 2 == 0 ? n : null) == (n % 2 == 0 ? n / 2 : null)),
        ("Decimal", n => Values.Price(n) == n * 1.5m),
        ("Tuple", n => Values.Pair(n) == (n, n.ToString())),
        ("Pinned", n => Values.Pinned([1, 2, 3, n]) == 6 + n),
        ("Localloc", n => Values.OnStack(n & 15) == (n & 15) * ((n & 15) + 1) / 2),
        ("Reference", n => Values.Typed(n) == n),
        ("GenericValue", n => new Box<int>(n).Get(1) == n),
        ("GenericReference", n => new Box<string>("q").Get(1) == "q"),
        ("GenericStruct", n => new Box<Big>(new Big(n, 0, 0, 0)).Get(1).A == n),
        ("GenericMethod", n => Generic.Same<string>("a", "a") && !Generic.Same(n, n + 1)),
        ("GenericVirtual", n => new Derived().Describe(n) == "derived Int32" && new Derived().Describe("") == "derived String"),
        ("StaticAbstract", n => Generic.Total<int>([n, 1, 2]) == n + 3),
        ("Virtual", n => ((Base)new Derived()).Name(n) == "derived" + n && new Base().Name(n) == "base" + n),
        ("Interface", n => ((INamed)new Derived()).Title() == "title of derived1"),
        ("Constructor", n => new Child(n) is { Number: var number, Doubled: var doubled } && (number, doubled) == (n, 2 * n)),
        ("StructMethod", n => { var counter = new Counter { Value = n }; counter.Add(2); return counter.Value == n + 2; }),
        ("Iterator", n => Flow.Count(n & 7).Sum() == (n & 7) * ((n & 7) - 1) / 2),
        ("Lambda", n => Flow.Adder(n)(4) == n + 4),
        ("LocalFunction", n => Flow.Factorial(n & 7) == Enumerable.Range(1, n & 7).Aggregate(1, (a, b) => a * b)),
        ("Lock", n => Flow.Locked(n) == n + 1),
        ("Async", n => Flow.DelayedAsync(n % 5 == 0 ? n : n).GetAwaiter().GetResult() == n * 2),
        ("AsyncFails", n => Throws<InvalidOperationException>(() => Flow.FailAsync(n).GetAwaiter().GetResult(), "late " + n)),
        ("AsyncStream", n => Flow.SumAsync(n & 7).GetAwaiter().GetResult() == (n & 7) * ((n & 7) - 1) / 2),
        ("Finally", n => Failures.Finally(n) == (n % 3 == 0 ? n : n + 2)),
        ("CatchWhen", n => n % 6 is 3 ? Throws<InvalidOperationException>(() => Failures.CatchWhen(n), "x" + n) : Failures.CatchWhen(n) == (n % 3 == 0 ? -1 : n)),
        ("Rethrow", n => Throws<FormatException>(() => Failures.Rethrow(n), "again " + n)),
        ("Replaced", n => Failures.Replaced(n) == n),
        ("Checked", n => Throws<OverflowException>(() => Failures.Checked(int.MaxValue), null)),
        ("NullReference", n => Throws<NullReferenceException>(() => Failures.Length(null!), null)),
        ("Orders", n => Orders.PlaceOne(n) == n),
    ];

    /// <summary>Runs each check once for every number; says which are wrong.</summary>
    public static string RunEach(int numbers) =>
        string.Join(",", from check in All from number in Enumerable.Range(1, numbers) where !check.Check(number) select $"{check.Name}({number})");

    static bool Throws<T>(Action action, string? message) where T : Exception
    {
        try
        {
            action();
            return false;
        }
        catch (T thrown)
        {
            return message is null || thrown.Message == message;
        }
    }
}
