// Sources that a recording gets while it runs, and that nothing else in it knows of: probes.
using Scope.Agent.Probes;
using Scope.Agent.Sources;
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

    /// <summary>Sets the probes that the configuration names. What keeps one from it is a note, and the recording goes on.</summary>
    public async Task AddProbesAsync(CancellationToken cancel)
    {
        if (Settings.Probes.Count == 0) return;
        if (!ProbePreparation.Make(Target, Settings.Probes, problem => Note("a probe is not set: " + problem)).Try(out var prepared, out var failure)) Note($"no probes are set: {failure.Message}");
        else if (prepared.Probes.Count == 0) prepared.Dispose();
        else
        {
            Note($"methods probed: {prepared.Probes.Count}. {ProbeLines.StaysBehind}");
            if (await AddAsync(ProbeSource.Name, async place => (await ProbeSource.StartAsync(place, prepared, null, cancel)).Try(out var source, out var refused) ? source : refused) is { } unset) Note($"no probes are set: {unset.Message}");
        }
    }
}
