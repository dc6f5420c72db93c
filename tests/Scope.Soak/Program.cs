// Long runs with faults on purpose, of the built program on a real process: one table of what must hold at the end and what
// was measured, and how memory and disk went over time.
//
//   dotnet run -c Release --project tests/Scope.Soak -- store|disk|hooks [--minutes N] [--json]
//
// store: ten minutes unless told otherwise, into a Postgres that is stopped, killed and started again, by an agent that is
// killed too. disk: one minute onto a disk that is full for a while. hooks: ten minutes, probes in all
// methods of a target that come and go under load, from an agent that does too. Exit code 1 when something did not hold, 3 for
// what there is not.
using System.Globalization;
using System.Text.Json;
using Scope.Soak;

var soaks = new Dictionary<string, (double Minutes, Func<TimeSpan, Action<string>, Task<SoakOutcome>> Run)> { ["store"] = (10, StoreSoak.RunAsync), ["disk"] = (1, DiskSoak.RunAsync), ["hooks"] = (10, HooksSoak.RunAsync) };
var (minutes, json) = (0.0, false);
string? name = null;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--json") json = true;
    else if (args[i] == "--minutes" && i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out minutes) && minutes > 0) i++;
    else if (name is null && soaks.ContainsKey(args[i])) name = args[i];
    else return Usage();
}
if (name is null) return Usage();
var outcome = await soaks[name].Run(TimeSpan.FromMinutes(minutes > 0 ? minutes : soaks[name].Minutes), Console.Error.WriteLine);
if (json) Console.WriteLine(JsonSerializer.Serialize(outcome, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
else Console.WriteLine(SoakText.Of(outcome));
return outcome.Rows.Any(r => r.Reached == false) ? 1 : 0;

static int Usage()
{
    Console.Error.WriteLine("soak: write store, disk or hooks, [--minutes N] [--json]");
    return 3;
}
