// Takes snapshots: holds the target for a moment, copies it, and works the copy out. One call, one result; a failure is a
// text for the user and leaves nothing behind, in the target least of all.
using Scope.Attach.Port;
using Scope.Attach.Snapshots.Capture;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots;

/// <summary>Takes snapshots of targets.</summary>
public static class Snapshotter
{
    /// <summary>Takes one; blocks until it is worked out, which takes seconds on a large heap. The target stands still for a fraction of that only.</summary>
    public static Attempt<Snapshot> Take(SnapshotRequest request)
    {
        Attempt<Snapshot> result = default;
        Exception? bug = null;
        // The kernel ties the pause to the thread that made it: whatever goes wrong, the target goes on when this thread ends.
        var thread = new Thread(() =>
        {
            try
            {
                result = TakeHere(request);
            }
            catch (Exception e)
            {
                bug = e;
            }
        }) { IsBackground = true, Name = "scope snapshot" };
        thread.Start();
        thread.Join();
        return bug switch
        {
            null => result,
            OutOfMemoryException or InsufficientMemoryException => new AttachFailure(AttachReason.NotSupported, request.Pid, $"the snapshot of process {request.Pid} needs more memory than there is; --level stacks takes less"),
            _ => new AttachFailure(AttachReason.BadReply, request.Pid, $"the snapshot of process {request.Pid} failed: {bug.GetType().Name}, {bug.Message}; please report it"),
        };
    }

    static Attempt<Snapshot> TakeHere(SnapshotRequest request)
    {
        if (!CapturedTarget.Take(request).Try(out var captured, out var failure)) return failure;
        using (captured)
        {
            request.Released?.Invoke(new(captured.Level, captured.PauseNanos, captured.Copy.Bytes));
            return SnapshotAnalysis.Run(captured, request);
        }
    }
}
