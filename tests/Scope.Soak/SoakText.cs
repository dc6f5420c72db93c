// What a soak found, for people: the table, and some lines of how it went over time.
using System.Globalization;
using System.Text;
using Scope.Benchmarks;

namespace Scope.Soak;

/// <summary>What a soak found.</summary>
/// <param name="Rows">What must hold, and what was measured.</param>
/// <param name="Samples">How it went.</param>
/// <param name="Happenings">What was done on purpose, and when.</param>
sealed record SoakOutcome(IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<AgentSample> Samples, IReadOnlyList<Happening> Happenings);

/// <summary>What was done on purpose.</summary>
/// <param name="Seconds">When, since the beginning.</param>
/// <param name="What">What.</param>
sealed record Happening(double Seconds, string What);

static class SoakText
{
    const int Lines = 20;

    public static string Of(SoakOutcome outcome)
    {
        if (outcome.Samples.Count == 0) return BenchmarkTable.Text(outcome.Rows);
        var text = new StringBuilder("  time   agent MB  spool MB\n");
        var end = outcome.Samples[^1].Seconds;
        var step = Math.Max(end / Lines, 0.1);
        for (var from = 0.0; from < end; from += step)
        {
            var here = outcome.Samples.Where(s => s.Seconds >= from && s.Seconds < from + step).ToList();
            var happened = string.Join("; ", outcome.Happenings.Where(h => h.Seconds >= from && h.Seconds < from + step).Select(h => h.What));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromSeconds(from):mm\\:ss\\.f}  {here.Select(s => s.AgentBytes).DefaultIfEmpty().Max() / 1e6,8:0}  {here.Select(s => s.SpoolBytes).DefaultIfEmpty().Max() / 1e6,8:0.0}  {happened}").TrimEnd());
        }
        return text.AppendLine().Append(BenchmarkTable.Text(outcome.Rows)).ToString();
    }
}
