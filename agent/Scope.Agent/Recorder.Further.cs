// Sources that a recording gets while it runs, and that nothing else in it knows of: probes.
using Scope.Attach.Port;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent;

/// <summary>What a source of a recording writes into.</summary>
/// <param name="Port">The target.</param>
/// <param name="Target">Its handle.</param>
/// <param name="Catalog">The dictionaries.</param>
/// <param name="Ledger">The account.</param>
/// <param name="Ring">Its own ring.</param>
sealed record SourcePlace(DiagnosticPort Port, TargetId Target, Catalog Catalog, Ledger Ledger, EventRing Ring);

sealed partial class Recorder
{
    readonly List<IAsyncDisposable> _further = [];

    /// <summary>Adds a source; it is ended before the sessions are. Gives why it could not begin.</summary>
    /// <param name="name">Its name in the ledger.</param>
    /// <param name="start">Begins it.</param>
    public async Task<AttachFailure?> AddAsync(string name, Func<SourcePlace, Task<Attempt<IAsyncDisposable>>> start)
    {
        var ring = NewRing(name, Settings.RingEvents);
        if (!(await start(new(_port, _target, _catalog, _ledger, ring))).Try(out var source, out var failure))
        {
            ring.Advance(EventTime.Max);
            return failure;
        }
        _further.Add(source);
        return null;
    }
}
