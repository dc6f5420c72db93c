// How good the diagnosis is: each scene is started under load, scope-attach is attached to it as its users attach it, and
// what it found is held against what is known to be wrong. One table, or JSON.
//
//   dotnet run -c Release --project tests/Scope.Diagnose -- [names…] [--json] [--list] [--seconds N] [--keep FOLDER]
//
// A name chooses the cases whose name, scene or cause it is, or begins. Exit code 1 when what must be reached was not, 3
// for a name that there is not.
using System.Globalization;
using Scope.Diagnose;

if (!DiagnoseOptions.TryParse(args, out var options, out string wrong))
{
    Console.Error.WriteLine(wrong);
    return 3;
}
if (options.List)
{
    Console.WriteLine(ScoreTable.List(options.Cases));
    return 0;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; stop.Cancel(); };
var scores = new List<Score>();
foreach (var one in options.Cases)
{
    if (stop.IsCancellationRequested)
        break;
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{scores.Count + 1}/{options.Cases.Count}] {one.Name} …"));
    var score = await CaseRun.ScoreAsync(one, options, stop.Token);
    scores.Add(score);
    Console.Error.WriteLine("  " + ScoreTable.Outcome(score));
}
Console.WriteLine(options.Json ? ScoreTable.Json(scores) : ScoreTable.Text(scores));
return ScoreTotals.Of(scores).Reached ? 0 : 1;
