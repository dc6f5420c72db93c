// What the deepest method of an async chain waits for, by the type of the object that it awaits.
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Tells the sort of an awaited object.</summary>
sealed class AsyncRoots(ObjectFields fields, AsyncBoxes boxes)
{
    // The first row whose text is in the type's name decides; generic arguments are not looked at.
    static readonly (string In, AsyncRootKind Kind)[] Rows =
    [
        ("System.Threading.Tasks.Task+DelayPromise", AsyncRootKind.Delay),
        ("System.Threading.PeriodicTimer", AsyncRootKind.Delay),
        ("System.Threading.SemaphoreSlim+TaskNode", AsyncRootKind.Semaphore),
        ("WhenAllPromise", AsyncRootKind.Several),
        ("WhenAnyPromise", AsyncRootKind.Several),
        ("CompleteOnInvokePromise", AsyncRootKind.Several),
        ("System.Threading.Channels.", AsyncRootKind.Channel),
        ("System.Threading.Tasks.UnwrapPromise", AsyncRootKind.Work),
        ("System.Net.", AsyncRootKind.Io),
        ("System.IO.", AsyncRootKind.Io),
        ("System.Data.", AsyncRootKind.Io),
        ("Npgsql.", AsyncRootKind.Io),
        ("Microsoft.AspNetCore.Server.", AsyncRootKind.Io),
        ("Microsoft.Data.SqlClient.", AsyncRootKind.Io),
        ("System.Threading.CancellationTokenSource", AsyncRootKind.Unknown),
    ];

    /// <summary>The sort of what is awaited.</summary>
    public AsyncRootKind Of(ulong awaited)
    {
        if (awaited == 0) return AsyncRootKind.Unknown;
        var name = TypeNames.Plain(fields.NameOf(awaited));
        foreach (var (inside, kind) in Rows)
            if (name.Contains(inside, StringComparison.Ordinal)) return IsDoneTask(awaited) ? AsyncRootKind.Ready : kind;
        if (name is not "System.Threading.Tasks.Task") return AsyncRootKind.Unknown;
        if (boxes.IsDone(awaited)) return AsyncRootKind.Ready;
        // A task with something to run is work; one without is completed by somebody's hand.
        return fields.Reference(awaited, "m_action") != 0 ? AsyncRootKind.Work : AsyncRootKind.CompletionSource;
    }

    bool IsDoneTask(ulong awaited) => fields.TypeOf(awaited)?.GetFieldByName("m_stateFlags") is not null && boxes.IsDone(awaited);
}
