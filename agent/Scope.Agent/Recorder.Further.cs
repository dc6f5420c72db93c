// Sources beside the sessions: those that a recording gets while it runs, and that nothing else in it knows of (probes), and the
// end of all of them.
using Scope.Agent.Probes;
using Scope.Agent.Sources;
using Scope.Attach.Port;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent;

/// <summary>What a source of a recording writes into.</summary>
/// <param name="Port">The target.</param>
/// <param name="Target">Its handle.</param>
/// <param name="Catalog">The dictionaries.</param>
/// <param name="Ledger">The account.</param>
/// <param name="Ring">Its own ring.</param>
/// <param name="SetAside">Keeps what a mistake of ours keeps from being told.</param>
/// <param name="Note">Takes a sentence for people.</param>
sealed record SourcePlace(DiagnosticPort Port, TargetId Target, Catalog Catalog, Ledger Ledger, EventRing Ring, Action<DeadLetter> SetAside, Action<string> Note)
{
    /// <summary>Translates a stream of the target into here.</summary>
    public NettraceTranslator TranslatorOf(string source, TargetSymbols symbols, int sampleWeight = 1, bool spansElsewhere = false) =>
        new(Target, Catalog, Ledger, Ring, symbols, StreamClock.Live(Catalog.Clock), source, sampleWeight, spansElsewhere, SetAside);
}

sealed partial class Recorder
{
    readonly List<IAsyncDisposable> _further = [];
    readonly ProbeReactions _reactions;

    IAsyncDisposable[] Further()
    {
        lock (_further) return [.. _further];
    }

    async Task StopSideSourcesAsync()
    {
        foreach (var side in (IAsyncDisposable?[])[_clock, _pressure, _bridge, _snapshots, _samples, _inside, .. Further()])
            if (side is not null) await side.DisposeAsync();
    }

    /// <summary>Adds a source; it is ended before the sessions are. Gives why it could not begin.</summary>
    /// <param name="name">Its name in the ledger.</param>
    /// <param name="start">Begins it.</param>
    public async Task<AttachFailure?> AddAsync(string name, Func<SourcePlace, Task<Attempt<IAsyncDisposable>>> start)
    {
        var place = NewPlace(name, Settings.RingEvents);
        if (!(await start(place)).Try(out var source, out var failure))
        {
            place.Ring.Advance(EventTime.Max);
            return failure;
        }
        lock (_further) _further.Add(source);
        return null;
    }

    /// <summary>Sets the probes that the configuration names. What keeps one from it is a note, and the recording goes on.</summary>
    public async Task AddProbesAsync(CancellationToken cancel)
    {
        if (Settings.Probes.Count > 0 && (await SetProbesAsync(Settings.Probes, problem => Note("a probe is not set: " + problem), cancel)).Failure is { } unset) Note($"no probes are set: {unset.Message}");
    }

    /// <summary>Sets probes; they are taken out at the end of the recording, or before it by <see cref="RemoveAsync"/>.</summary>
    /// <param name="specs">The probes.</param>
    /// <param name="wrong">Is told of one that cannot be set; the others are.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Attempt<ProbeSource>> SetProbesAsync(IReadOnlyList<ProbeSpec> specs, Action<string> wrong, CancellationToken cancel)
    {
        if (!ProbePreparation.Make(Target, specs, wrong).Try(out var prepared, out var failure)) return failure;
        Attempt<ProbeSource> attempt = prepared.Probes.Count == 0 ? new AttachFailure(AttachReason.BadRequest, Pid, "there is no method to probe") : await ProbeAsync(prepared, null, cancel);
        if (attempt.Succeeded) Note($"methods probed: {prepared.Probes.Count}. {ProbeLines.StaysBehind}");
        else prepared.Dispose();
        return attempt;
    }

    /// <summary>Ends a source before the recording does.</summary>
    public async Task RemoveAsync(IAsyncDisposable source)
    {
        await source.DisposeAsync();
        lock (_further) _further.Remove(source);
    }

    /// <summary>Done when what hits of probes have set off so far is done.</summary>
    public Task Reacted => _reactions.Done;

    /// <summary>Sets probes, whose hits are told in the recording and set off what they are to.</summary>
    /// <param name="prepared">The probes; the source's from then on.</param>
    /// <param name="onCall">Receives each call too; null for nobody.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Attempt<ProbeSource>> ProbeAsync(ProbePreparation prepared, Action<ProbeCall>? onCall, CancellationToken cancel)
    {
        ProbeSource? source = null;
        var failure = await AddAsync(ProbeSource.Name, async place => (await ProbeSource.StartAsync(place, prepared, onCall + _reactions.Take, cancel)).Try(out source, out var refused) ? source : refused);
        return failure is null ? source! : failure;
    }
}
