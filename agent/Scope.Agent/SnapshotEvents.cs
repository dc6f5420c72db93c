// The event that tells of a snapshot: what findings point to as their evidence.
using Scope.Attach.Snapshots;
using Scope.Events;

namespace Scope.Agent;

static class SnapshotEvents
{
    /// <summary>The event; its time is to be set by whoever puts it in order.</summary>
    public static ScopeEvent Of(Catalog catalog, TargetId target, NameId summaryKey, int number, SnapshotPause pause)
    {
        Span<byte> buffer = stackalloc byte[256];
        var writer = new PayloadWriter(buffer);
        writer.Add(summaryKey, $"stood still for {pause.PauseNanos / 1e6:F1} ms, {pause.CopiedBytes >> 20} MB copied");
        return new()
        {
            Kind = EventKind.Snapshot, Target = target, Detail = (ushort)number, Value = pause.PauseNanos,
            Name = catalog.Names.Intern(pause.Level.ToString().ToLowerInvariant()), Payload = catalog.Payloads.Add(writer.Written),
        };
    }
}
