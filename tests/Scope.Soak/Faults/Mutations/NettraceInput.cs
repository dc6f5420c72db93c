// A runtime's stream, damaged, through decoder and translator.
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

sealed class NettraceInput(MutationMaterial material) : IMutatedInput
{
    const int RingEvents = 1024;

    public string Name => "streams of a runtime";

    public void Take(Random random)
    {
        var catalog = new Catalog();
        var target = catalog.Targets.Add(new(1, "damaged", "", "", "", "", EventTime.Min, 0, "damaged"));
        var translator = new NettraceTranslator(target, catalog, new(), new EventRing(RingEvents), new TargetSymbols(target, catalog), StreamClock.Recorded(), "damaged");
        var outcome = NettraceReader.Read(new MemoryStream(Mutation.Of(material.Stream, random)), translator, new() { Sorted = random.Next(2) == 0 });
        translator.End();
        if (!outcome.IsWhole && outcome.Reason.Length == 0) throw new InvalidOperationException("it is damaged and does not say why");
    }

    public void Dispose() { }
}
