// Scope's speed, measured against what people use otherwise, in the same run: one table for people, or JSON.
//
//   dotnet run -c Release --project tests/Scope.Benchmarks -- [names…] [--json]
//
// Without names all are run; "store" names all that is about the tiers, "hooks" all that is about what runs inside the target. Exit code 1 when something did not reach what it must, 3 for a name that there is not.
using Scope.Benchmarks;

const string Store = "store", Hooks = "hooks";
Benchmark[] all =
[
    new("ring", RingBenchmark.Rows),
    new("hot-insert", HotBenchmark.Insert),
    new("hot-query", HotBenchmark.Query, Store),
    new("hot-prune", HotBenchmark.Prune),
    new("decode", DecodeBenchmark.Rows),
    new("indexing", IndexingBenchmark.Rows),
    new("segment", SegmentBenchmark.Rows, Store),
    new("merged", MergedBenchmark.Rows, Store),
    new("cold", ColdBenchmark.Rows, Store),
    new("warm", WarmBenchmark.Rows, Store),
    new("engines", EnginesBenchmark.Rows, Store),
    new("report", ReportBenchmark.Rows),
    new("latency", LatencyBenchmark.Rows),
    new("agent", AgentBenchmark.Rows),
    new("target", TargetBenchmark.Rows),
    new("snapshot", SnapshotBenchmark.Rows),
    new("collector", CollectorBenchmark.Rows, Hooks),
    new("shared-ring", SharedRingBenchmark.Rows, Hooks),
    new("probes", ProbeBenchmark.Rows, Hooks),
];

var json = args.Contains("--json");
var names = args.Where(a => a != "--json").ToArray();
if (names.FirstOrDefault(n => !all.Any(b => b.IsNamed(n))) is { } unknown)
{
    Console.Error.WriteLine($"there is no benchmark '{unknown}'; there are: {string.Join(", ", all.Select(b => b.Name))}; \"{Store}\" for all of the tiers, \"{Hooks}\" for all inside the target");
    return 3;
}
var rows = new List<BenchmarkRow>();
foreach (var benchmark in all.Where(b => names.Length == 0 || names.Any(b.IsNamed)))
{
    if (!json) Console.Error.WriteLine($"{benchmark.Name} …");
    rows.AddRange(benchmark.Run());
}
Console.WriteLine(json ? BenchmarkTable.Json(rows) : BenchmarkTable.Text(rows));
return rows.Any(r => r.Reached == false) ? 1 : 0;
