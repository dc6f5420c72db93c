// A process that lets secrets slip in every way that a program has: log records, activities with tags, names and statuses,
// exceptions, statements, meters, event sources. For each line on its input it plants as many as the line says.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;
using Planted;

using var logging = LoggerFactory.Create(builder => builder.AddEventSourceLogger());
var log = logging.CreateLogger("Planted");
using var source = new ActivitySource("Planted");
using var database = new ActivitySource("Npgsql");
using var meter = new Meter("Planted");
var counter = meter.CreateCounter<int>("slips");
// An activity is made only when somebody listens; the recorder's bridge is one who does.
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    for (var number = 0; number < int.Parse(line); number++)
    {
        Plant(number);
        if (number % 20 == 19) Thread.Sleep(1);
    }
    Console.WriteLine("planted");
}

void Plant(int number)
{
    var text = Secrets.Text(number);
    switch (number / 20 % 8)
    {
        case 0: log.LogWarning("it said {Text}, badge {Badge}", text, Secrets.Core(number)); break;
        case 1: log.LogError(new InvalidOperationException(text), "it failed"); break;
        case 2: Throw(text); break;
        case 3: Trace(source, "work", activity => activity.SetTag("note", text).SetTag("locker", Secrets.Core(number))); break;
        case 4: Trace(source, text, _ => { }); break;
        case 5: Trace(source, "work", activity => activity.SetStatus(ActivityStatusCode.Error, text)); break;
        case 6: Trace(database, "query", activity => activity.SetTag("db.system", "postgresql").SetTag("db.query.text", $"SELECT * FROM t WHERE a = '{Secrets.Core(number)}' AND b = {number}")); break;
        default: counter.Add(1, new KeyValuePair<string, object?>("password", text)); SlipEvents.Log.Slip(text, Secrets.Core(number)); break;
    }
}

static void Trace(ActivitySource source, string name, Action<Activity> describe)
{
    using var activity = source.StartActivity(name, ActivityKind.Internal);
    if (activity is not null) describe(activity);
}

static void Throw(string message)
{
    try
    {
        throw new InvalidOperationException(message);
    }
    catch (InvalidOperationException)
    {
        // Thrown to be seen.
    }
}

[EventSource(Name = "Planted-Events")]
sealed class SlipEvents : EventSource
{
    public static readonly SlipEvents Log = new();

    [Event(1)]
    public void Slip(string text, string password) => WriteEvent(1, text, password);
}
