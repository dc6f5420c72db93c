// What a benchmark is and what it says.
namespace Scope.Benchmarks;

/// <summary>A benchmark by name; it runs itself and its peer, interleaved, and gives its rows.</summary>
/// <param name="Name">Chooses it alone.</param>
/// <param name="Run">Runs it.</param>
/// <param name="Group">Chooses it together with the others of its group; "" for none.</param>
record Benchmark(string Name, Func<IEnumerable<BenchmarkRow>> Run, string Group = "")
{
    /// <summary>Whether a name on the command line means it.</summary>
    public bool IsNamed(string name) => name == Name || name == Group;
}

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="MustReach">What it must reach, in words.</param>
/// <param name="Ours">Our number.</param>
/// <param name="Unit">The unit of both numbers.</param>
/// <param name="PeerName">Who the peer is; null when there is none.</param>
/// <param name="Peer">The peer's number; null when there is none.</param>
/// <param name="Ratio">How many times better we are: above 1 is better whichever way the unit goes; null without a peer.</param>
/// <param name="Reached">Whether it reached what it must; null where nothing is asked.</param>
record BenchmarkRow(string What, string MustReach, double Ours, string Unit, string? PeerName, double? Peer, double? Ratio, bool? Reached)
{
    /// <summary>A row without a peer.</summary>
    public static BenchmarkRow Alone(string what, string mustReach, double ours, string unit, bool? reached) =>
        new(what, mustReach, ours, unit, null, null, null, reached);

    /// <summary>A row of rates (more is better) that must reach a multiple of the peer's.</summary>
    public static BenchmarkRow Rate(string what, string mustReach, double ours, string unit, string peerName, double peer, double mustRatio) =>
        new(what, mustReach, ours, unit, peerName, peer, ours / peer, ours / peer >= mustRatio);

    /// <summary>A row of costs (less is better) that must reach a multiple of the peer's.</summary>
    public static BenchmarkRow Cost(string what, string mustReach, double ours, string unit, string peerName, double peer, double mustRatio) =>
        new(what, mustReach, ours, unit, peerName, peer, peer / ours, peer / ours >= mustRatio);
}

/// <summary>Rounds, so that whatever else the machine does hits all contestants alike.</summary>
static class Rounds
{
    /// <summary>Runs the contestants in turn, once to warm up and then so many rounds; gives each one's median.</summary>
    public static double[] Medians(int rounds, params Func<double>[] contestants) => [.. All(rounds, contestants).Select(r => Quantile(r, 0.5))];

    /// <summary>The same; gives each one's results, round by round.</summary>
    public static double[][] All(int rounds, params Func<double>[] contestants)
    {
        var results = contestants.Select(_ => new double[rounds]).ToArray();
        foreach (var contestant in contestants) contestant();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < contestants.Length; i++) results[i][round] = contestants[i]();
        return results;
    }

    /// <summary>The value that a share of the values does not pass.</summary>
    public static double Quantile(double[] values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
