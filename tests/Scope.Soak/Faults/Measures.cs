// What the kernel tells of a process, and rows of what must hold.
using System.Diagnostics;
using System.Globalization;
using Scope.Benchmarks;

namespace Scope.Soak.Faults;

/// <summary>What a process holds at a moment.</summary>
/// <param name="ResidentBytes">Memory.</param>
/// <param name="Handles">Open files, sockets and pipes; assemblies apart, of which the runtime holds each that it has loaded.</param>
/// <param name="Threads">Threads.</param>
readonly record struct Holding(long ResidentBytes, int Handles, int Threads)
{
    /// <summary>Of a process; nothing when it is gone.</summary>
    public static Holding Of(int pid)
    {
        try
        {
            return new(AgentWatch.MemoryOf(pid), new DirectoryInfo($"/proc/{pid}/fd").EnumerateFiles().Count(f => f.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == false), Directory.GetDirectories($"/proc/{pid}/task").Length);
        }
        catch (IOException)
        {
            return default;
        }
    }
}

static class Measures
{
    const int LookMillis = 100;

    /// <summary>That there is none of something.</summary>
    public static BenchmarkRow None(string what, long count) => BenchmarkRow.Alone(what, "none", count, "", count == 0);

    /// <summary>That there is some of something.</summary>
    public static BenchmarkRow Some(string what, long count) => BenchmarkRow.Alone(what, "some", count, "", count > 0);

    /// <summary>That all of some did.</summary>
    public static BenchmarkRow All(string what, long count, long of) => BenchmarkRow.Alone(what, string.Create(CultureInfo.InvariantCulture, $"all {of:N0}"), count, "", count == of);

    /// <summary>That something stayed below a bound.</summary>
    public static BenchmarkRow AtMost(string what, double value, double bound, string unit) => BenchmarkRow.Alone(what, string.Create(CultureInfo.InvariantCulture, $"≤ {bound:0.##} {unit}"), value, unit, value <= bound);

    /// <summary>A figure of which nothing is asked.</summary>
    public static BenchmarkRow Figure(string what, double value, string unit = "") => BenchmarkRow.Alone(what, "", value, unit, null);

    /// <summary>Waits until something is so, but not for ever: what is measured afterwards says whether it came.</summary>
    public static async Task SettleAsync(Func<bool> holds, TimeSpan within)
    {
        for (var clock = Stopwatch.StartNew(); !holds() && clock.Elapsed < within;) await Task.Delay(LookMillis);
    }

    /// <summary>The middle of some values.</summary>
    public static double Median(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : 0;
}
