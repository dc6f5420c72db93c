// What a recording has the collector tell from inside the target, and what serves in its place where it cannot.
using Scope.Agent.Sources;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Hooks.Wire;

namespace Scope.Agent;

sealed partial class Recorder
{
    InsideSource? _inside;

    /// <summary>The program that was recorded from its start no longer waits.</summary>
    public void HasBegun() => _inside?.HasBegun();

    // Where the collector tells the activities, the bridge, which is what costs, is not asked to.
    async Task GoInsideAsync(CancellationToken cancel)
    {
        var attempt = await InsideSource.StartAsync(NewPlace(CollectorSource.Name, Settings.RingEvents), Settings.Inside, _symbols, _profile.NamesAtEnd ? ServeWithoutAsync : null, cancel);
        _overhead.CollectorServes = attempt.Try(out _inside, out var failure);
        if (failure is null) _profile = _profile.WithCollector(Settings.Inside.HasFlag(HookFeatures.ThreadSpans));
        else Note($"not recorded from inside: {failure.Message}; the runtime's own events serve in its place");
    }

    // What the bridge makes of sources that nobody else listens to changes what is sampled by its parent.
    void SpareExports()
    {
        if (_profile.OfSpans.All(p => p.Name != ActivitySpec.Provider) || !Exporters.AreIn(Pid)) return;
        _profile = _profile.BesideExporter;
        Note("OpenTelemetry is in the target, and so that it exports what it would without us the runtime tells its requests and calls (HTTP, SQL), but no activities of its own sources: --inside tells them all");
    }

    // A program that has begun and says nothing from inside: the spans are told by the runtime from now on.
    async Task ServeWithoutAsync(AttachFailure silent)
    {
        _overhead.CollectorServes = false;
        Note($"not recorded from inside: {silent.Message}; the runtime's own events serve in its place, from {_catalog.Clock.Now} on");
        if (await OpenSessionAsync("activities", new((Exporters.AreIn(Pid) ? Settings.Profile.BesideExporter : Settings.Profile).OfSpans, Settings.BufferMegabytes, Stacks: false), _abandon.Token) is { } failure) Note("no activities are told", failure);
    }
}
