// A target that makes spans and exports a tenth of their traces: by the OpenTelemetry SDK, by a listener of its own, or not at
// all, as its argument says. Its trace ids come from a counter, so that what it exports can be compared to the span. It does
// what lines on its standard input say and answers each with one; it ends when its input does.
using System.Diagnostics;
using Scope.Targets.Exporting;

Activity.TraceIdGenerator = TraceIds.Next;
using var exporting = args.FirstOrDefault() switch
{
    "opentelemetry" => Exports.ByOpenTelemetry(),
    "own" => Exports.ByOwnListener(),
    _ => null,
};
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    int number = words.Length > 1 ? int.Parse(words[1]) : 0;
    Console.WriteLine(words[0] switch
    {
        "orders" => Work.Orders(number),
        "steps" => Work.Steps(number),
        "threads" => Work.OnThreads(number),
        "listened" => $"listened {Work.IsListenedTo}",
        _ => $"unknown: {line}",
    });
}
