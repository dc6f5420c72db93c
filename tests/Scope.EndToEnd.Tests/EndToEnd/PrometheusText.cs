// Reads metrics in Prometheus' text format as strictly as its description has it: help and type before the samples of a metric,
// all of a metric together, no sample twice, names, labels, escapes and values well formed, counters not negative.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scope.EndToEnd.Tests;

/// <summary>Parsed metrics: the value of each sample by its name and labels as written.</summary>
static partial class PrometheusText
{
    public static Dictionary<string, double> Parse(string text)
    {
        text.ShouldEndWith("\n");
        var samples = new Dictionary<string, double>();
        var finished = new HashSet<string>();
        var (metric, type, helped) = ("", "", "");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (Help().Match(line) is { Success: true } help) helped = help.Groups[1].Value;
            else if (Type().Match(line) is { Success: true } typed)
            {
                typed.Groups[1].Value.ShouldBe(helped);
                if (metric.Length > 0) finished.Add(metric).ShouldBeTrue(line);
                (metric, type) = (helped, typed.Groups[2].Value);
                finished.ShouldNotContain(metric);
            }
            else
            {
                var sample = Sample().Match(line);
                sample.Success.ShouldBeTrue(line);
                sample.Groups[1].Value.ShouldBe(metric, line);
                var value = double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);
                if (type == "counter") (metric.EndsWith("_total") && value >= 0).ShouldBeTrue(line);
                samples.TryAdd(line[..line.LastIndexOf(' ')], value).ShouldBeTrue(line);
            }
        return samples;
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+\z")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)\z")]
    private static partial Regex Type();

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*""(,[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*"")*\})? (?<value>[+-]?(?:\d+(?:\.\d+)?(?:E[+-]?\d+)?|Inf)|NaN)\z")]
    private static partial Regex Sample();
}
