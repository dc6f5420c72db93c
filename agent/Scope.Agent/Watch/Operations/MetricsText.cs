// Metrics in the text format of Prometheus, version 0.0.4: for each metric its help, its type and its samples together, labels
// escaped. Names end in their unit, counters in _total.
using System.Globalization;
using System.Text;

namespace Scope.Agent.Watch.Operations;

/// <summary>Writes metrics.</summary>
sealed class MetricsText
{
    /// <summary>What it is, for HTTP.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    readonly StringBuilder _text = new();

    /// <summary>Writes a metric with all its samples; one without any is left out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">counter or gauge.</param>
    /// <param name="help">What it says.</param>
    /// <param name="samples">Its samples; one without a value is left out.</param>
    public void Add(string name, string type, string help, IEnumerable<(IReadOnlyList<(string Label, string Value)> Labels, double? Value)> samples)
    {
        var isFirst = true;
        foreach (var (labels, value) in samples)
        {
            if (value is not { } number) continue;
            if (isFirst) _text.Append($"# HELP {name} {Escaped(help, quotes: false)}\n# TYPE {name} {type}\n");
            isFirst = false;
            _text.Append(name);
            if (labels.Count > 0) _text.Append('{').AppendJoin(',', labels.Select(l => $"{l.Label}=\"{Escaped(l.Value, quotes: true)}\"")).Append('}');
            _text.Append(' ').Append(Number(number)).Append('\n');
        }
    }

    /// <summary>Writes a metric of one sample.</summary>
    public void Add(string name, string type, string help, double value) => Add(name, type, help, [([], value)]);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    static string Escaped(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\").Replace("\n", "\\n");
        return quotes ? escaped.Replace("\"", "\\\"") : escaped;
    }
}
