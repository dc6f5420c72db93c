// The text form as such: what is read, what is refused and where the caret stands; and that nothing makes it throw.
using Scope.Store.Query;

namespace Scope.Store.Tests.Query;

[TestClass]
public sealed class QueryTextTests
{
    [TestMethod]
    public void Terms_are_read_with_their_values_and_places()
    {
        var query = Read("flow:4bf92f35  kind:exception,gc*  dur>=200ms  text:\"timed out, \\\"twice\\\"\"");
        query.Terms.Select(t => $"{t.Key.Name} {t.Comparison} {string.Join('|', t.Values.Select(v => v.Text))} {t.At}").ShouldBe(
            ["flow : 4bf92f35 0", "kind : exception|gc* 15", "dur >= 200ms 35", "text : timed out, \"twice\" 47"]);
        query.Terms[1].Values[1].At.ShouldBe(30);
        Read("").Terms.ShouldBeEmpty();
        Read(" \t ").Terms.ShouldBeEmpty();
    }

    [TestMethod]
    [DataRow("kid:exception", 0, "did you mean kind?")]
    [DataRow("kind:log methd:x", 9, "did you mean method?")]
    [DataRow("exception", 0, "write kind:exception")]
    [DataRow("kind:log timeout", 9, "write text:timeout")]
    [DataRow("kind", 0, "write kind:exception")]
    [DataRow("dur", 0, "write dur>200ms")]
    [DataRow("kind:", 5, "a value is missing")]
    [DataRow("kind:log,", 9, "a value is missing")]
    [DataRow("kind: log", 5, "a value is missing")]
    [DataRow("text:\"abc", 5, "not closed")]
    [DataRow("text:\"abc\\\"", 5, "not closed")]
    [DataRow("text:\"abc\"def", 10, "a blank or a comma is missing")]
    [DataRow("text:a\"b", 6, "first and last character")]
    [DataRow("text:a,b", 7, "takes one value")]
    [DataRow("dur:5s", 3, "write dur>200ms")]
    [DataRow("kind>log", 4, "write kind:exception")]
    [DataRow("dur>", 4, "a value is missing")]
    [DataRow(":x", 0, "says not what it is")]
    public void What_is_wrong_is_shown_at_its_character(string text, int at, string message)
    {
        QueryText.TryParse(text, out _, out var mistake).ShouldBeFalse();
        mistake.At.ShouldBe(at);
        mistake.Message.ShouldContain(message);
        var lines = mistake.ToString().Split(Environment.NewLine);
        lines.Length.ShouldBe(3);
        lines[1].ShouldBe("  " + text);
        lines[2].ShouldBe(new string(' ', at + 2) + "^");
    }

    [TestMethod]
    public void A_long_line_is_shown_around_the_mistake_only()
    {
        QueryText.TryParse(string.Concat(Enumerable.Repeat("kind:log ", 50)) + "kid:log\nkind:log " + new string('x', 500), out _, out var mistake).ShouldBeFalse();
        var lines = mistake!.ToString().Split(Environment.NewLine);
        lines.Length.ShouldBe(3);
        lines[1].Length.ShouldBeLessThan(120);
        lines[1][lines[2].IndexOf('^')..].ShouldStartWith("kid:log");
    }

    [TestMethod]
    public void What_was_read_is_written_so_that_it_reads_the_same()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var query = new QueryText([.. Enumerable.Range(0, random.Next(5)).Select(_ => Term(random))]);
            var again = Read(query.ToString());
            again.Terms.Select(Shape).ShouldBe(query.Terms.Select(Shape));
            again.ToString().ShouldBe(query.ToString());
        }
    }

    [TestMethod]
    public void No_text_whatever_makes_it_throw()
    {
        var random = new Random(2);
        var read = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var text = Garbage(random);
            if (QueryText.TryParse(text, out var query, out var mistake))
            {
                Read(query.ToString()).ToString().ShouldBe(query.ToString());
                read++;
            }
            else
            {
                mistake.At.ShouldBeInRange(0, text.Length);
                mistake.ToString().ShouldNotBeEmpty();
            }
        }
        read.ShouldBeGreaterThan(1000, "garbage that is never a query tests one half only");
    }

    internal static string Garbage(Random random)
    {
        string[] bits = ["kind", ":", ">", "<=", "\"", "\\", ",", " ", "exception", "-5m", "dur", "200ms", "#1", "*", "é", "\0", "日", "\ud800", "flow", "method", "limit", "5", "after", "value", "text", "is", "error", "\n", "99999999999999999999", "order", "target", "?"];
        string[] words = [.. QueryKeys.All.Select(k => $" {k.Name}{(k.IsCompared ? ">" : ":")}{k.Example} ")];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(2) == 0 ? bits[random.Next(bits.Length)] : words[random.Next(words.Length)]));
    }

    static QueryText Read(string text) => QueryText.TryParse(text, out var query, out var mistake) ? query : throw new AssertFailedException(mistake.ToString());

    static string Shape(QueryTerm term) => $"{term.Key.Name}\u0001{term.Comparison}\u0001{string.Join('\u0001', term.Values.Select(v => v.Text))}";

    static QueryTerm Term(Random random)
    {
        var key = QueryKeys.All[random.Next(QueryKeys.All.Count)];
        string[] comparisons = key.IsCompared ? [">", ">=", "<", "<=", "="] : [":"];
        var values = Enumerable.Range(0, key.TakesSeveral ? random.Next(1, 4) : 1).Select(_ => new QueryValue(Value(random), 0));
        return new(key, comparisons[random.Next(comparisons.Length)], [.. values], "", 0);
    }

    static string Value(Random random)
    {
        const string Letters = "ab.*#:>\"\\, \t\n日\ud800é=-";
        return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)]));
    }
}
