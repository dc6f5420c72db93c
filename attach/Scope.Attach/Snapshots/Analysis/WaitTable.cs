// What a thread waits for, by the frames on top of its stack. They are the runtime's own: the one nearest to the caller
// says most (Task.Result tells more than the event that it waits on), so the last row that matches counts.
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>The table of waits.</summary>
static class WaitTable
{
    readonly record struct Row(string Type, string Method, ThreadWaitKind? Kind);

    // A row without a kind is a thread that waits for work: nothing is wrong with it.
    static readonly Row[] Rows =
    [
        new("System.Threading.LowLevelLifoSemaphore", "", null),
        new("System.Threading.LowLevelSpinWaiter", "", null),
        new("System.Threading.PortableThreadPool+", "", null),
        new("System.Threading.TimerQueue", "TimerThread", null),
        new("System.Threading.Monitor", "Enter", ThreadWaitKind.Monitor),
        new("System.Threading.Monitor", "TryEnter", ThreadWaitKind.Monitor),
        new("System.Threading.Monitor", "ReliableEnter", ThreadWaitKind.Monitor),
        new("System.Threading.Monitor", "Wait", ThreadWaitKind.Signal),
        new("System.Threading.Monitor", "ObjWait", ThreadWaitKind.Signal),
        new("System.Threading.Lock", "", ThreadWaitKind.Lock),
        new("System.Threading.SemaphoreSlim", "Wait", ThreadWaitKind.Semaphore),
        new("System.Threading.ReaderWriterLockSlim", "", ThreadWaitKind.ReaderWriterLock),
        new("System.Threading.Tasks.Task", "", ThreadWaitKind.Task),
        new("System.Runtime.CompilerServices.TaskAwaiter", "", ThreadWaitKind.Task),
        new("System.Runtime.CompilerServices.ValueTaskAwaiter", "", ThreadWaitKind.Task),
        new("System.Runtime.CompilerServices.Configured", "", ThreadWaitKind.Task),
        new("System.Threading.ManualResetEventSlim", "Wait", ThreadWaitKind.Signal),
        new("System.Threading.CountdownEvent", "Wait", ThreadWaitKind.Signal),
        new("System.Threading.Barrier", "", ThreadWaitKind.Signal),
        new("System.Threading.WaitHandle", "", ThreadWaitKind.Signal),
        new("System.Threading.Thread", "Sleep", ThreadWaitKind.Sleep),
        new("System.Threading.Thread", "Join", ThreadWaitKind.Join),
    ];

    /// <summary>What a stack's top says; null when its thread does not wait, or waits for work.</summary>
    /// <param name="frames">The methods, the top first.</param>
    /// <param name="depth">How many frames belong to the wait.</param>
    public static ThreadWaitKind? Of(IEnumerable<SnapshotMethod> frames, out int depth)
    {
        ThreadWaitKind? wait = null;
        depth = 0;
        var at = 0;
        var blocks = false;
        foreach (var frame in frames)
        {
            // What schedules and runs tasks is the same library, but no wait.
            if (!IsRuntimes(frame.Type) || frame.Name is "Dispatch" or "ExecuteWithThreadLocal" or "ExecuteEntryUnsafe" or "RunOrScheduleAction") break;
            if (Match(frame) is { } row)
            {
                if (row.Kind is null) return null;
                if (row.Kind != ThreadWaitKind.Task || blocks) (wait, depth) = (row.Kind, at + 1);
                blocks = true;
            }
            at++;
        }
        return wait;
    }

    static bool IsRuntimes(string type) => type.StartsWith("System.Threading.", StringComparison.Ordinal) || type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal);

    static Row? Match(SnapshotMethod frame)
    {
        foreach (var row in Rows)
            if ((row.Method.Length == 0 ? frame.Type.StartsWith(row.Type, StringComparison.Ordinal) : frame.Type == row.Type) && frame.Name.StartsWith(row.Method, StringComparison.Ordinal)) return row;
        return null;
    }
}
