// When a recording's methods get their names. Events wait in their rings until the names are known, so that each finds the method
// it is about; but not for long. A program at its start has no names that one could wait for: what it compiles is told as it
// comes, the rest later.
using Scope.Attach.Port;
using Scope.Attach.Symbols;
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Asks a target for the names of its methods at the right moment.</summary>
/// <param name="port">The target's port.</param>
/// <param name="target">Its id.</param>
/// <param name="catalog">Gets the names.</param>
/// <param name="symbols">Gets the addresses.</param>
/// <param name="note">Takes a sentence when they could not be had.</param>
/// <param name="setAside">Keeps what a mistake of ours keeps from being read.</param>
sealed class TargetNaming(DiagnosticPort port, TargetId target, Catalog catalog, TargetSymbols symbols, Action<string, AttachFailure> note, Action<DeadLetter> setAside)
{
    /// <summary>Waits until events need wait no longer.</summary>
    /// <param name="atEnd">Whether the names are told when the recording ends.</param>
    /// <param name="ending">The recording ends.</param>
    /// <param name="abandon">The target is to be let go.</param>
    /// <returns>What is to be awaited before the recording is over.</returns>
    public async Task<Task> BeginAsync(bool atEnd, CancellationToken ending, CancellationToken abandon)
    {
        if (atEnd) return LaterAsync(ending, abandon);
        await Task.WhenAny(NowAsync(abandon), Task.Delay(Limits.NamesWaitMillis, CancellationToken.None));
        return Task.CompletedTask;
    }

    async Task NowAsync(CancellationToken abandon)
    {
        if (await NamesRundown.ReadAsync(port, target, catalog, symbols, setAside, abandon) is { } failure) note("methods that were compiled before the attach have no names", failure);
    }

    // For who looks on while it runs; the recording gets the names of all at its end.
    async Task LaterAsync(CancellationToken ending, CancellationToken abandon)
    {
        await Task.WhenAny(Task.Delay(Limits.NamesWaitMillis, CancellationToken.None), Task.Delay(Timeout.Infinite, ending), Task.Delay(Timeout.Infinite, abandon));
        if (!ending.IsCancellationRequested && !abandon.IsCancellationRequested) _ = await NamesRundown.ReadAsync(port, target, catalog, symbols, setAside, abandon);
    }
}
