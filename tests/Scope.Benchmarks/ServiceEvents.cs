// The events of the service's recording, translated and correlated as the recorder does it: what is measured of stores is
// measured on them.
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Store.Hot;

namespace Scope.Benchmarks;

static class ServiceEvents
{
    const long PayloadBytes = 1L << 30; // All of them: nothing of the recording is to be forgotten while it is measured.

    /// <summary>The events, and the catalog that their handles refer to.</summary>
    public static (Catalog Catalog, ScopeEvent[] Events) Read()
    {
        var (catalog, ledger) = (new Catalog(PayloadBytes), new Ledger());
        var index = new HotIndex(catalog, ledger, new() { Events = int.MaxValue, Bytes = long.MaxValue });
        var target = catalog.Targets.Add(new(1, "shop", "", "", "", "", EventTime.Min, 0, "shop"));
        var correlator = new Correlator(catalog, ledger, index);
        var translator = new NettraceTranslator(target, catalog, ledger, correlator, new TargetSymbols(target, catalog), StreamClock.Recorded(), "file");
        var outcome = NettraceReader.Read(new MemoryStream(ServiceRecording.Bytes), translator);
        translator.End();
        correlator.Flush(index.Last);
        if (!outcome.IsWhole) throw new InvalidOperationException(outcome.ToString());
        var events = new ScopeEvent[index.Count];
        for (var at = 0; at < events.Length;) at += index.Read(new(at), events.AsSpan(at), out _);
        return (catalog, events);
    }
}
