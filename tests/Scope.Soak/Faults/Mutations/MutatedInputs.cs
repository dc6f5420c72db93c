// All that comes in from outside, damaged: the runtime's stream, the shared ring, segments, answers of the diagnostics port,
// scope.toml, questions, requests over HTTP. Each starts from a real one. Whatever comes, it ends soon, without an exception,
// in bounded memory.
using System.Diagnostics;
using Scope.Benchmarks;

namespace Scope.Soak.Faults.Mutations;

/// <summary>A sort of input.</summary>
interface IMutatedInput : IDisposable
{
    /// <summary>What it is.</summary>
    string Name { get; }

    /// <summary>Takes one damaged input; whatever it throws is a mistake of ours. Called by several threads.</summary>
    /// <param name="random">Chance.</param>
    void Take(Random random);
}

static class MutatedInputs
{
    const int Few = 1500, Many = 1_000_000, AtOnce = 500;
    const double MostMegabytes = 48, MostSeconds = 5; // A bound of a block is 64 MB as written; a case that takes it at its word is seen.
    static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        await using var material = await MutationMaterial.MakeAsync();
        Func<IMutatedInput>[] inputs = [() => new NettraceInput(material), () => new RingInput(), () => new SegmentInput(material), () => new PortInput(material), () => new ConfigurationInput(), () => new QueryInput(material)];
        List<BenchmarkRow> rows = [];
        foreach (var make in inputs)
        {
            using var input = make();
            rows.AddRange(await CampaignAsync(input, new(run.Time / (inputs.Length + 1), run.Tell)));
        }
        rows.AddRange(await MutatedRequests.RunAsync(new(run.Time / (inputs.Length + 1), run.Tell)));
        return rows;
    }

    static async Task<IReadOnlyList<BenchmarkRow>> CampaignAsync(IMutatedInput input, FaultRun run)
    {
        var (cases, tally) = (0, new Tally());
        for (; run.Goes(cases, Few, Many) && !tally.HasFailed; cases += AtOnce)
        {
            var first = cases;
            var work = Task.Run(() => Parallel.For(first, first + AtOnce, seed => Case(input, seed, tally)));
            if (await Task.WhenAny(work, Task.Delay(Hang)) != work)
            {
                tally.Fail($"one of the cases {first} to {first + AtOnce} does not end");
                break;
            }
            await work;
        }
        run.Tell($"{input.Name}: {cases:N0}");
        return
        [
            Measures.Figure($"{input.Name}, damaged", cases),
            BenchmarkRow.Alone($"  that ended in an exception, or never{tally.First}", "none", tally.Failed, "", tally.Failed == 0),
            Measures.AtMost("  the slowest", tally.SlowestSeconds, MostSeconds, "s"),
            Measures.AtMost("  the one that took most memory", tally.MostBytes / 1e6, MostMegabytes, "MB"),
        ];
    }

    static void Case(IMutatedInput input, int seed, Tally tally)
    {
        var (before, from) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            input.Take(new(seed));
        }
        catch (Exception e)
        {
            tally.Fail($"case {seed}: {e}");
        }
        tally.Took(Stopwatch.GetElapsedTime(from).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>What came out of one campaign.</summary>
    sealed class Tally
    {
        readonly Lock _lock = new();

        public int Failed { get; private set; }

        public string First { get; private set; } = "";

        public double SlowestSeconds { get; private set; }

        public long MostBytes { get; private set; }

        public bool HasFailed => Failed > 0;

        public void Fail(string how)
        {
            lock (_lock)
                if (Failed++ == 0) First = ": " + how;
        }

        public void Took(double seconds, long bytes)
        {
            lock (_lock) (SlowestSeconds, MostBytes) = (Math.Max(SlowestSeconds, seconds), Math.Max(MostBytes, bytes));
        }
    }
}
