using Scope.Attach.Translate;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class SqlTextTests
{
    [TestMethod]
    [DataRow("SELECT * FROM a WHERE id = 42 AND name = 'it''s'", "SELECT * FROM a WHERE id = ? AND name = ?")]
    [DataRow("select 1.5e3,  -2 ;", "select ?, -?")]
    [DataRow("SELECT a\n  FROM b -- a comment\n WHERE c = $1", "SELECT a FROM b WHERE c = ?")]
    [DataRow("SELECT /* truth:0123 */ x FROM t2 WHERE y = @p__0", "SELECT x FROM t2 WHERE y = ?")]
    [DataRow("x IN (1, 2,3 , 'four')", "x IN (?)")]
    [DataRow("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'), (3, 'z')", "INSERT INTO t (a, b) VALUES (?)")]
    [DataRow("SELECT \"Order 5\".\"Id\" FROM [Order 6], `o 7`", "SELECT \"Order 5\".\"Id\" FROM [Order 6], `o 7`")]
    [DataRow("SELECT E'a\\'b', $tag$ it's $tag$, x::bigint", "SELECT ?, x::bigint")]
    [DataRow("a = ARRAY['x', 'y'] AND b[1] = \"it's a text\"", "a = ARRAY[?] AND b[1] = ?")]
    [DataRow("", "")]
    [DataRow("'never closed", "?")]
    [DataRow("/* never closed", "")]
    public void Statements_that_differ_in_their_values_are_the_same(string sql, string expected)
    {
        Span<char> into = new char[256];
        into[..SqlText.Normalise(sql, into)].ToString().ShouldBe(expected);
    }

    [TestMethod]
    [DataRow("SELECT a,\n  b -- why\n FROM t\n WHERE c = 'x' AND d IN (1, 2) AND e = @p0", "SELECT a,\n  b -- why\n FROM t\n WHERE c = ? AND d IN (?, ?) AND e = @p0")]
    [DataRow("/* trace 00-0af7-b7ad */ INSERT INTO t VALUES (1, E'x'), (2, $$y$$)", "/* trace 00-0af7-b7ad */ INSERT INTO t VALUES (?, ?), (?, ?)")]
    public void A_statement_that_is_kept_loses_its_values_only(string sql, string kept)
    {
        Span<char> into = new char[256];
        into[..SqlText.WithoutValues(sql, into)].ToString().ShouldBe(kept);
    }

    [TestMethod]
    public void A_normal_form_is_its_own_normal_form_and_nothing_overruns()
    {
        var random = new Random(7);
        const string Alphabet = "ab1 '\"`[]$@:-/*(),.;?\n\\E";
        Span<char> once = new char[64], twice = new char[64];
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            var length = SqlText.Normalise(text, once[..random.Next(1, 64)]);
            length.ShouldBeLessThanOrEqualTo(64);
            SqlText.Normalise(once[..length], twice).ShouldBeLessThanOrEqualTo(length + 1, text);
        }
    }
}
