// The published conformance corpus of TOML: every valid document gives the values that its JSON says, and every invalid
// one an error with its place. The corpus is not part of the project: it is looked for beside the checkout, by
// SCOPE_TOML_TEST, and where Debian's package puts an older one. In CI one must be there.
using System.Globalization;
using System.Text.Json;
using Scope.Agent.Configuration.Toml;

namespace Scope.Agent.Tests.Configuration.Toml;

[TestClass]
public sealed class TomlCorpusTests
{
    const string DebianCorpus = "/usr/share/gocode/src/github.com/BurntSushi/toml/internal/toml-test/tests";

    [TestMethod]
    public void Every_document_of_the_current_corpus_is_read_as_it_says()
    {
        if (CurrentCorpus() is not { } folder)
        {
            // Debian's older corpus stands in for it, in a test of its own.
            if (!Directory.Exists(DebianCorpus)) Missing();
            Assert.Inconclusive("the current corpus is not beside the checkout; SCOPE_TOML_TEST may name its folder");
            return;
        }
        var list = File.ReadAllLines(Path.Combine(folder, "tests", "files-toml-1.0.0")).Where(l => l.EndsWith(".toml", StringComparison.Ordinal)).ToList();
        list.Count.ShouldBeGreaterThan(600);
        Wrong(list.Select(name => Path.Combine(folder, "tests", name))).ShouldBeEmpty();
    }

    [TestMethod]
    public void Every_document_of_Debians_corpus_is_read_as_it_says()
    {
        if (!Directory.Exists(DebianCorpus))
        {
            if (CurrentCorpus() is null) Missing();
            Assert.Inconclusive("apt-get install golang-github-burntsushi-toml-dev brings Debian's corpus");
            return;
        }
        // It holds one document of TOML 1.1, which made \e an escape.
        var files = Directory.GetFiles(DebianCorpus, "*.toml", SearchOption.AllDirectories).Where(f => !f.EndsWith("/escape-esc.toml", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBeGreaterThan(300);
        Wrong(files).ShouldBeEmpty();
    }

    static void Missing()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("no TOML corpus is here: apt-get install golang-github-burntsushi-toml-dev");
    }

    static string? CurrentCorpus()
    {
        if (Environment.GetEnvironmentVariable("SCOPE_TOML_TEST") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "toml-test");
            if (Directory.Exists(beside)) return beside;
        }
        return null;
    }

    static List<string> Wrong(IEnumerable<string> files)
    {
        var wrong = new List<string>();
        foreach (var file in files)
            if (Fault(file) is { } fault)
                wrong.Add($"{file}: {fault}");
        return wrong;
    }

    static string? Fault(string file)
    {
        var read = TomlReader.Read(File.ReadAllBytes(file), out var error);
        var invalid = file.Contains("/invalid/", StringComparison.Ordinal);
        if (read is null != error is not null) return "an answer and an error at once, or neither";
        if (invalid) return read is not null ? "was taken" : error!.At.Line < 1 || error.At.Column < 1 || error.Message.Length == 0 ? "error without a place" : null;
        if (read is null) return $"line {error!.At.Line}, column {error.At.Column}: {error.Message}";
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")));
        return Difference(expected.RootElement, read, "");
    }

    static string? Difference(JsonElement expected, TomlValue actual, string where)
    {
        if (expected.ValueKind == JsonValueKind.Array) return DifferenceOfLists(expected, actual, where);
        if (expected.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && expected.TryGetProperty("value", out var value))
            return value.ValueKind == JsonValueKind.Array ? DifferenceOfLists(value, actual, where)
                : Text(actual, type.GetString()!) == Normal(value.GetString()!, type.GetString()!) ? null : $"{where}: expected {type} {value}, got {actual}";
        if (actual is not TomlTable table) return $"{where}: expected a table, got {actual.Sort}";
        if (table.Values.Count() != expected.EnumerateObject().Count()) return $"{where}: {table.Values.Count()} names";
        foreach (var property in expected.EnumerateObject())
        {
            if (table.Find(property.Name) is not { } child) return $"{where}: no \"{property.Name}\"";
            if (Difference(property.Value, child, $"{where}.{property.Name}") is { } difference) return difference;
        }
        return null;
    }

    static string? DifferenceOfLists(JsonElement expected, TomlValue actual, string where)
    {
        if (actual is not TomlArray array) return $"{where}: expected a list, got {actual.Sort}";
        if (array.Items.Count != expected.GetArrayLength()) return $"{where}: {array.Items.Count} items";
        return array.Items.Select((item, i) => Difference(expected[i], item, $"{where}[{i}]")).FirstOrDefault(d => d is not null);
    }

    static string Text(TomlValue value, string type) => (value, type) switch
    {
        (TomlString s, "string") => s.Value,
        (TomlInteger i, "integer") => i.Value.ToString(CultureInfo.InvariantCulture),
        (TomlFloat f, "float") => Normal(f.Value.ToString("R", CultureInfo.InvariantCulture), type),
        (TomlBoolean b, "bool") => b.Value ? "true" : "false",
        (TomlTime { TimeSort: TomlTimeSort.OffsetDateTime } t, "datetime") => Normal(t.Text, type),
        (TomlTime { TimeSort: TomlTimeSort.LocalDateTime } t, "datetime-local") => Normal(t.Text, type),
        (TomlTime { TimeSort: TomlTimeSort.LocalDate } t, "date-local") => Normal(t.Text, type),
        (TomlTime { TimeSort: TomlTimeSort.LocalTime } t, "time-local") => Normal(t.Text, type),
        _ => $"({value.Sort} where {type} stands)",
    };

    // The corpus writes floats and fractions of seconds as Go does.
    static string Normal(string text, string type) => type switch
    {
        "float" when text.TrimStart('+', '-') is "inf" or "Infinity" => text[0] == '-' ? double.NegativeInfinity.ToString(CultureInfo.InvariantCulture) : double.PositiveInfinity.ToString(CultureInfo.InvariantCulture),
        "float" when text.EndsWith("nan", StringComparison.OrdinalIgnoreCase) => double.NaN.ToString(CultureInfo.InvariantCulture),
        "float" when double.Parse(text, CultureInfo.InvariantCulture) is var number => (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture),
        "string" or "integer" or "bool" => text,
        _ => System.Text.RegularExpressions.Regex.Replace(text.ToUpperInvariant().Replace(' ', 'T'), @"(\.\d*?)0+(?!\d)", "$1").Replace(".Z", "Z").TrimEnd('.'),
    };
}
