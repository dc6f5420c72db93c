// Events in the order that the runtime writes them: a batch at a time, in a batch thread by thread, the thread with the earliest
// event first. So the first event of each run is one that nothing earlier can follow.
namespace Scope.Attach.Tests.Nettrace;

static class TraceRuns
{
    /// <summary>The batches of a trace, each with its runs.</summary>
    public static IEnumerable<List<List<ModelEvent>>> Batches(TraceModel model, int batchEvents) =>
        model.Events.Chunk(batchEvents).Select(batch =>
            batch.GroupBy(e => e.Header.CaptureThreadId).Select(run => run.ToList()).OrderBy(run => run[0].Header.Ticks).ToList());

    /// <summary>The different stacks of some events, numbered from 1.</summary>
    public static Dictionary<string, (int Id, byte[] Bytes)> Stacks(IEnumerable<ModelEvent> events)
    {
        var stacks = new Dictionary<string, (int, byte[])>();
        foreach (var e in events) stacks.TryAdd(Convert.ToHexString(e.Stack), (stacks.Count + 1, e.Stack));
        return stacks;
    }
}
