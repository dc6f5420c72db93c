// Looks at a target before it is recorded: for a second it is asked for nothing but when requests begin and end, without
// stacks, tags or samples, which costs it a hundredth of what follows.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Correlate;

namespace Scope.Agent.Cost;

static class QuietLook
{
    const int BufferMegabytes = 16;

    /// <summary>How a target serves; null where it cannot be asked. What keeps it from answering will keep the recording from beginning, and be told there.</summary>
    /// <param name="port">The target.</param>
    /// <param name="target">What is known of it.</param>
    /// <param name="once">Turns on what gives a request's end to its beginning, as the recording does anyway.</param>
    /// <param name="length">How long it is looked at.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Served?> TakeAsync(DiagnosticPort port, TargetInfo target, CollectRequest once, TimeSpan length, CancellationToken cancel)
    {
        if (await MomentSession.RunAsync(port, once, cancel) is not null) return null;
        if (!(await EventPipeSession.StartAsync(port, new(ProfileTable.RequestsOnly, BufferMegabytes, Stacks: false), cancel)).Try(out var session, out _)) return null;
        await using var closing = session;
        var counters = new ProcessCounters(port.Pid);
        if (!counters.TryRead(out var before)) return null;
        var watch = Stopwatch.StartNew();
        var requests = new RequestDurations();
        var reading = Task.Factory.StartNew(() => Read(session, target, requests), TaskCreationOptions.LongRunning);
        await Task.WhenAny(reading, Task.Delay(length, cancel));
        var (took, isThere) = (watch.Elapsed, counters.TryRead(out var after));
        await session.StopAsync();
        await reading;
        return isThere ? Served.Of(requests.Sketch, took, after.CpuNanos - before.CpuNanos) : null;
    }

    static void Read(EventPipeSession session, TargetInfo info, RequestDurations requests)
    {
        var (catalog, ledger) = (new Catalog(), new Ledger());
        var target = catalog.Targets.Add(info);
        var translator = new NettraceTranslator(target, catalog, ledger, new Correlator(catalog, ledger, requests), new TargetSymbols(target, catalog), StreamClock.Live(catalog.Clock), "before", setAside: _ => { }); // A mistake shows again while it is recorded.
        translator.Read(session.Stream, new() { WaitForData = session.WaitForData });
    }

    sealed class RequestDurations : IEventSink
    {
        public LatencySketch Sketch { get; } = new();

        public EventId Append(in ScopeEvent e)
        {
            if (e.Kind == EventKind.Request) Sketch.Add(e.Value);
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) { }
    }
}
