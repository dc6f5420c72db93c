// Conditions, captures and log lines over real types: where each name leads, and what is said of those that lead nowhere.
using Scope.Code.Probing;

namespace Scope.Code.Tests.Probing;

[TestClass]
public sealed class ProbeExpressionTests
{
    readonly LoadedCode _code = LoadedSample.Open();

    [TestCleanup]
    public void Close() => _code.Dispose();

    [TestMethod]
    [DataRow("order.Id", "Argument 1: >Entity.<Id>k__BackingField", "int")]
    [DataRow("order.Cents", "Argument 1: >Order.Cents", "long")]
    [DataRow("who.Length", "Argument 2: length", "int")]
    [DataRow("order.Lines.Count", "Argument 1: >Order._lines >List`1._size", "int")]
    [DataRow("order.LineCount", "Argument 1: >Order._lines >List`1._size", "int")]
    [DataRow("order.Lines[2]", "Argument 1: >Order._lines >List`1._items >[2]", "int")]
    [DataRow("order.Price.Currency", "Argument 1: >Order.<Price>k__BackingField .Money.<Currency>k__BackingField", "string")]
    [DataRow("order.Discount.HasValue", "Argument 1: >Order.<Discount>k__BackingField", "bool")]
    [DataRow("order.Discount.Value", "Argument 1: >Order.<Discount>k__BackingField .+4", "int")]
    [DataRow("order.Next.Next.Id", "Argument 1: >Order.<Next>k__BackingField >Order.<Next>k__BackingField >Entity.<Id>k__BackingField", "int")]
    [DataRow("this._cart.Count", null, null)]
    [DataRow("_cart._count", "Argument 0: >Handlers._cart >Dictionary`2._count", "int")]
    [DataRow("return", "Return 0:", "int")]
    [DataRow("exception.HResult", "Exception 0: >Exception._HResult", "int")]
    public void A_name_leads_to_fields_over_properties_that_only_return_them(string text, string? way, string? type)
    {
        var is_read = ProbeExpressions.TryCapture(_code.FrameOf("Handlers.Handle"), text, out var path, out var mistake);
        is_read.ShouldBe(way is not null, mistake?.ToString());
        if (way is null) mistake!.Message.ShouldContain("is calculated, and a probe runs nothing in the target");
        else (Way(path!), path!.Type.Name).ShouldBe((way, type));
    }

    [TestMethod]
    public void Variables_that_became_fields_are_found_by_their_names()
    {
        var place = _code.FrameOf("Handlers.PlaceAsync");
        Way(place.Find("order", out _)!).ShouldStartWith("Argument 0: >");
        place.Arguments.Select(a => a.Text).ShouldBe(["order", "tries"]);
        place.MachineState.ShouldNotBeNull();
        (place.Find("return", out var problem)!.Type.Name, place.Thrown!.Root, place.Thrown.IsOfEnd).ShouldBe(("int", ValueRoot.Local, true), problem);
        Way(_code.FrameOf("Handlers.Sum.Scaled").Find("factor", out _)!).ShouldContain("factor");
        Way(_code.FrameOf("Handlers.ByReference").Find("money", out _)!.Behind).ShouldBe("Argument 1: >");
        _code.FrameOf("Handlers.Twice").Find("this", out problem).ShouldBeNull();
        problem.ShouldContain("is static");
    }

    [TestMethod]
    [DataRow("order.Cents > 1000 && elapsed > 50ms", true)]
    [DataRow("order.Total >= 12.50m || !order.IsUrgent", false)]
    [DataRow("order.Status == Shipped && who != \"me\"", false)]
    [DataRow("order.Status == Status.Paid", false)]
    [DataRow("order.Discount == null || order.Discount.Value > 5", false)]
    [DataRow("who.Contains(\"urgent\") && order.Next != null", false)]
    [DataRow("order.Age > 5min", false)]
    [DataRow("1000 < order.Cents", false)]
    [DataRow("return == 7", true)]
    public void A_condition_is_known_at_the_beginning_or_at_the_end(string text, bool needsEnd)
    {
        ProbeExpressions.TryCondition(_code.FrameOf("Handlers.Handle"), text, out var condition, out var mistake).ShouldBeTrue(mistake?.ToString());
        condition!.NeedsEnd.ShouldBe(needsEnd);
    }

    [TestMethod]
    [DataRow("ordr.Cents > 5", "did you mean order?", 0)]
    [DataRow("order.Cent > 5", "did you mean Cents?", 6)]
    [DataRow("order.WithTax > 5", "is calculated", 6)]
    [DataRow("order.Cents > ", "a value is missing", 14)]
    [DataRow("order.Cents = 5", "compared with ==", 12)]
    [DataRow("order.Cents + 5 > 6", "do not calculate", 12)]
    [DataRow("order > 5", "compare one of its fields", 0)]
    [DataRow("order.Cents == \"x\"", "this is none", 15)]
    [DataRow("order.Status == Lost", "has no value 'Lost'", 16)]
    [DataRow("order.Ship() == 5", "calls nothing in the target", 10)]
    [DataRow("elapsed > 5", "compared with a time", 10)]
    [DataRow("(order.Cents > 5", "not closed", 16)]
    [DataRow("order.Cents > 5 order.Cents < 7", "should end", 16)]
    [DataRow("who == \"x", "quote is not closed", 7)]
    public void A_mistake_is_shown_where_it_is(string text, string says, int at)
    {
        ProbeExpressions.TryCondition(_code.FrameOf("Handlers.Handle"), text, out _, out var mistake).ShouldBeFalse();
        (mistake!.Message.Contains(says), mistake.At).ShouldBe((true, at), mistake.ToString());
    }

    [TestMethod]
    public void A_log_line_is_texts_and_values()
    {
        ProbeExpressions.TryLog(_code.FrameOf("Handlers.Handle"), "order={order.Id} {{{who}}}", out var parts, out var mistake).ShouldBeTrue(mistake?.ToString());
        parts!.Select(p => p.Path is null ? p.Text : $"<{p.Text}>").ShouldBe(["order=", "<order.Id>", " ", "{", "<who>", "}"]);
        ProbeExpressions.TryLog(_code.FrameOf("Handlers.Handle"), "order={order.Nr}", out _, out mistake).ShouldBeFalse();
        mistake!.At.ShouldBe(13);
    }

    [TestMethod]
    public void No_text_makes_it_throw()
    {
        var frame = _code.FrameOf("Handlers.Handle");
        var random = new Random(7);
        string[] pieces = ["order", ".", "Cents", "&&", "||", "!", "(", ")", ">", "==", "5", "50ms", "\"a", "\"", "-", "[", "]", " ", "{", "}", "elapsed", "return", "null", "é", "0x", "1e9"];
        for (var i = 0; i < 1_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (!ProbeExpressions.TryCondition(frame, text, out _, out var mistake)) mistake.ToString().ShouldNotBeEmpty();
            if (!ProbeExpressions.TryLog(frame, text, out _, out mistake)) mistake.ToString().ShouldNotBeEmpty();
        }
        ProbeExpressions.TryCondition(frame, new string('(', 5000), out _, out _).ShouldBeFalse();
    }

    static string Way(ValuePath path) => $"{path.Root} {path.Index}: {string.Join(' ', path.Hops.Select(Hop))}{(path.IsLength ? path.Hops.IsEmpty ? "length" : " length" : "")}".TrimEnd();

    static string Hop(ValueHop hop) => (hop.Follows ? ">" : ".") + (hop.Element is { } index ? $"[{index}]" : hop.Field is { } field ? $"{field.Owner.Name.Split('.', '+')[^1]}.{field.Name}" : hop.Ahead > 0 ? $"+{hop.Ahead}" : "");
}
