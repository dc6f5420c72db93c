// Exception objects on the heap, by type and by where they were thrown.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Groups exceptions.</summary>
static class ExceptionsPart
{
    /// <summary>The groups, the largest first.</summary>
    public static List<ExceptionGroup> Read(IReadOnlyList<ulong> exceptions, ObjectFields fields, CodeTable code)
    {
        var groups = new Dictionary<(string Type, int Stack, string Inner), long>();
        foreach (var address in exceptions.Take(Limits.SnapshotExceptions))
        {
            // The runtime keeps some ready in case there is no memory left for them; they were never thrown.
            if (fields.Reference(address, "_stackTrace") == 0) continue;
            var key = (TypeNames.Plain(fields.NameOf(address)), StackOf(address, fields, code), TypeNames.Plain(fields.NameOf(Innermost(address, fields))));
            groups[key] = groups.GetValueOrDefault(key) + 1;
        }
        return [.. groups.OrderByDescending(g => g.Value).Take(Limits.SnapshotGroups).Select(g => new ExceptionGroup(g.Key.Type, g.Value, g.Key.Stack, g.Key.Inner))];
    }

    static int StackOf(ulong address, ObjectFields fields, CodeTable code) => fields.Heap.GetObject(address).AsException() is { } exception ? code.Of(exception.StackTrace) : -1;

    static ulong Innermost(ulong address, ObjectFields fields)
    {
        const int deepest = 16;
        var found = 0UL;
        for (var i = 0; i < deepest && fields.Reference(address, "_innerException") is not 0 and var inner; i++) found = address = inner;
        return found;
    }
}
