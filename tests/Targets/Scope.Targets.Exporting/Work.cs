// What the target does: orders with spans from three sources, of which the exporter knows only one.
using System.Diagnostics;

namespace Scope.Targets.Exporting;

/// <summary>Makes spans.</summary>
static class Work
{
    /// <summary>The source whose spans are exported.</summary>
    public const string Exported = "Shop.Orders";

    static readonly ActivitySource Shop = new(Exported), Around = new("Shop.Batches"), Calls = new("Shop.Calls");

    /// <summary>Whether anybody listens to the source that nobody here does.</summary>
    public static bool IsListenedTo => Around.HasListeners();

    /// <summary>So many orders, each other one in a batch, each with a line and a call; says what was exported of them.</summary>
    public static string Orders(int count)
    {
        TraceIds.Restart();
        Exports.Restart();
        for (int i = 0; i < count; i++)
        {
            using var batch = i % 2 == 0 ? Around.StartActivity("batch") : null;
            using var order = Shop.StartActivity("order");
            using var line = Shop.StartActivity("line");
            line?.SetTag("number", i)?.SetTag("article", "a chair")?.SetTag("kind", ActivityKind.Consumer);
            using var call = Calls.StartActivity("reserve", ActivityKind.Client);
            call?.AddEvent(new ActivityEvent("reserved"));
        }
        return $"exported {Exports.Summary}";
    }

    /// <summary>So many spans on this thread, one after the other.</summary>
    public static string Steps(int count)
    {
        for (int i = 0; i < count; i++)
            Around.StartActivity("step")?.Dispose();
        return $"done {count}";
    }

    /// <summary>A span on each of so many threads that come and go.</summary>
    public static string OnThreads(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var thread = new Thread(() => Around.StartActivity("on a thread")?.Dispose());
            thread.Start();
            thread.Join();
        }
        return $"done {count}";
    }
}
