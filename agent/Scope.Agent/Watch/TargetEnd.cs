// How a target ended, as its recording tells: by the kernel's word, or, where the kernel tells nobody, by an exception that
// nobody caught.
using Scope.Events;
using Scope.Store;

namespace Scope.Agent.Watch;

static class TargetEnd
{
    /// <summary>What "of" is for a rule that asks for ends with an error.</summary>
    public const string Error = "error";

    const int Aborted = 128 + 6; // What a runtime does when nobody catches an exception.

    /// <summary>The exit code, or 128 and the signal; null where nobody tells.</summary>
    public static int? CodeOf(IHistory history)
    {
        int? code = null;
        history.Visit(new() { Kinds = KindSet.Of(EventKind.ProcessExited), Order = EventOrder.NewestFirst, Limit = 1 }, (EventId _, in ScopeEvent e) =>
        {
            if (history.Catalog.Names[e.Name] != UnknownEnd) code = e.Detail > 0 ? 128 + e.Detail : (int)e.Value;
            return false;
        });
        return code ?? (history.CountOf(new() { Kinds = KindSet.Of(EventKind.ExceptionUnhandled), Limit = 1 }) > 0 ? Aborted : null);
    }

    /// <summary>What the event of an exit is called where the kernel does not tell more.</summary>
    public const string UnknownEnd = "ended; this kernel does not tell how";
}
