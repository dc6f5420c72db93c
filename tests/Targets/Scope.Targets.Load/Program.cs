// The load generator: sends a known number of requests, and says what became of them. One JSON object on standard output.
using System.Text.Json;
using Scope.Targets.Load;

if (args is ["--list", ..])
{
    Console.WriteLine(Mixes.Print());
    return 0;
}
if (LoadOptions.Parse(args, out string? wrong) is not { } options)
{
    Console.Error.WriteLine(wrong);
    return 3;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var result = await LoadRun.RunAsync(options, stop.Token);
Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
return result.Failed == 0 ? 0 : 1;
