// Long runs with faults on purpose, of the built program on real processes: what must hold, and what was measured.
//
//   dotnet run -c Release --project tests/Scope.Soak -- [NAME] [--minutes N] [--json]
//
// Without a name all faults of the README's table, each for its part of the time, twenty minutes unless told otherwise; with the
// name of one only that. Three have more to tell alone, and how memory and disk went over time: store (into a Postgres that is
// stopped, killed and started again, by an agent that is killed too), disk (one that is full for a while) and hooks (probes in
// all methods of a target that come and go under load). Exit code 1 when something did not hold, 3 for what there is not.
using System.Globalization;
using System.Text.Json;
using Scope.Soak;
using Scope.Soak.Faults;

var soaks = new Dictionary<string, (double Minutes, Func<TimeSpan, Action<string>, Task<SoakOutcome>> Run)> { ["store"] = (10, StoreSoak.RunAsync), ["disk"] = (1, DiskSoak.RunAsync), ["hooks"] = (10, HooksSoak.RunAsync) };
var names = soaks.Keys.Union(FaultTable.All.Select(f => f.Name)).ToList();
var (minutes, json) = (0.0, false);
string? name = null;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--json") json = true;
    else if (args[i] == "--minutes" && i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out minutes) && minutes > 0) i++;
    else if (name is null && names.Contains(args[i])) name = args[i];
    else return Usage();
}
return name is not null && soaks.TryGetValue(name, out var soak) ? await SoakAsync(soak.Run, soak.Minutes) : await FaultsAsync();

async Task<int> SoakAsync(Func<TimeSpan, Action<string>, Task<SoakOutcome>> run, double usual)
{
    var outcome = await run(Time(usual), Console.Error.WriteLine);
    Console.WriteLine(json ? Json(outcome) : SoakText.Of(outcome));
    return outcome.Rows.Any(r => r.Reached == false) ? 1 : 0;
}

async Task<int> FaultsAsync()
{
    var results = await FaultSoak.RunAsync([.. FaultTable.All.Where(f => name is null || f.Name == name)], Time(name is null ? 20 : 2), Console.Error.WriteLine);
    Console.WriteLine(json ? Json(results.Select(r => new { r.Fault.Name, r.Fault.What, r.Rows })) : FaultSoak.Text(results));
    return results.Any(r => r.Rows.Any(row => row.Reached == false)) ? 1 : 0;
}

TimeSpan Time(double usual) => TimeSpan.FromMinutes(minutes > 0 ? minutes : usual);

static string Json<T>(T value) => JsonSerializer.Serialize(value, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

int Usage()
{
    Console.Error.WriteLine($"soak: write nothing for all faults, or one of {string.Join(", ", names)}; [--minutes N] [--json]");
    return 3;
}
