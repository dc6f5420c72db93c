// The names of methods that were compiled before we came: read once, from a side session, while the others already run.
using Scope.Attach.Port;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

static class NamesRundown
{
    const int NoEventsRing = 1024; // It tells names only; a ring is what a translator writes to.

    /// <summary>Reads the names into the symbols; the failure, if there was one, costs names and nothing else.</summary>
    public static async Task<AttachFailure?> ReadAsync(DiagnosticPort port, TargetId target, Catalog catalog, TargetSymbols symbols, Action<DeadLetter> setAside, CancellationToken cancel)
    {
        try
        {
            var attempt = await RundownSession.OpenAsync(port, cancel: cancel);
            if (!attempt.Try(out var session, out var failure)) return failure;
            await using var closing = session;
            // What a rundown loses or captures is no part of the history's account.
            var translator = new NettraceTranslator(target, catalog, new Ledger(), new EventRing(NoEventsRing), symbols, StreamClock.Live(catalog.Clock), "names", setAside: setAside);
            var outcome = await Task.Factory.StartNew(() => translator.Read(session.Stream, new() { Sorted = false }), TaskCreationOptions.LongRunning);
            return outcome.IsWhole ? null : new(AttachReason.BadReply, port.Pid, $"process {port.Pid} broke off while it told the names of its methods: {outcome}");
        }
        finally
        {
            symbols.Complete();
        }
    }
}
