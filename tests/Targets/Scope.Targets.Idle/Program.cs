// A small target that does nothing until a line on its standard input tells it to, and answers each line with one, so
// that a test knows when a thing has happened. It ends when its input does.
using System.Diagnostics;
using System.Diagnostics.Tracing;

Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    var number = words.Length > 1 ? int.Parse(words[1]) : 0;
    switch (words[0])
    {
        case "throw": Work.Throw(number); break;
        case "allocate": Work.Allocate(number); break;
        case "spin": Work.Spin(number); break;
        case "flood": Work.Flood(number); break;
        case "activity": Work.Activities(number); break;
        case "exit": return number;
        default: Console.WriteLine($"unknown: {line}"); continue;
    }
    Console.WriteLine($"done {line}");
}
return 0;

static class Work
{
    static readonly ActivitySource Source = new("Scope.Targets.Idle");

    public static void Throw(int times)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                throw new InvalidOperationException($"thrown on demand, number {i}");
            }
            catch (InvalidOperationException)
            {
                // It was thrown to be seen, not to be handled.
            }
        }
    }

    public static void Allocate(int megabytes)
    {
        for (var i = 0; i < megabytes; i++) GC.KeepAlive(new byte[1 << 20]);
        GC.Collect();
    }

    public static void Spin(int millis)
    {
        // By CPU time: on a busy machine the wall clock says nothing of the work done.
        var end = Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(millis);
        while (Environment.CpuUsage.TotalTime < end) Thread.SpinWait(10_000);
    }

    public static void Flood(int events)
    {
        for (var i = 0; i < events; i++) FloodEvents.Log.One(i, "a text to fill the buffer with, some hundred bytes long, so that few events make it full");
    }

    public static void Activities(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var activity = Source.StartActivity($"work {i}");
            activity?.SetTag("number", i);
        }
    }
}

[EventSource(Name = "Scope-Flood")]
sealed class FloodEvents : EventSource
{
    public static readonly FloodEvents Log = new();

    [Event(1, Level = EventLevel.Informational)]
    public void One(int number, string text) => WriteEvent(1, number, text);
}
