// The live findings: there within seconds, and gone without harm when one of the causes has a mistake in it.
using Scope.Agent.Sources;
using Scope.Events;
using Scope.Store;
using Scope.Store.Hot;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class LiveDiagnosisTests
{
    const int OftenMillis = 5;

    [TestMethod]
    public void Findings_of_a_growing_history_are_there_while_it_grows()
    {
        var catalog = new Catalog();
        var index = new HotIndex(catalog, new Ledger());
        using var live = new LiveDiagnosis(index, everyMillis: OftenMillis);
        live.Latest.ShouldBeNull();
        var name = catalog.Names.Intern("System.NullReferenceException");
        index.Append(new() { Kind = EventKind.ExceptionThrown, Time = new(1_000_000_000), Name = name });
        index.Append(new() { Kind = EventKind.ExceptionUnhandled, Time = new(1_000_000_001), Name = name });
        index.Append(new() { Kind = EventKind.ProcessExited, Time = new(1_000_000_002) });
        Until(() => live.Latest is { Findings.Count: > 0 });
        live.Latest!.Findings[0].Cause.ShouldBe("unhandled-exception");
        live.Failing.ShouldBeNull();
    }

    [TestMethod]
    public void A_mistake_in_a_cause_ends_the_live_findings_and_nothing_else()
    {
        var history = new HistoryThatBreaks();
        var errors = Console.Error;
        var said = new StringWriter();
        Console.SetError(TextWriter.Synchronized(said));
        try
        {
            using var live = new LiveDiagnosis(history, everyMillis: OftenMillis);
            Until(() => live.Failing is not null);
            live.Failing!.Why.ShouldBe("a mistake");
            live.Latest.ShouldBeNull();
        }
        finally
        {
            Console.SetError(errors);
        }
        said.ToString().ShouldContain("the recording goes on");
        history.Looks.ShouldBe(1); // It does not try again each few seconds.
    }

    static void Until(Func<bool> isSo) => SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(20)).ShouldBeTrue();

    /// <summary>What a cause with a mistake does, done by the history that it looks at.</summary>
    sealed class HistoryThatBreaks : IHistory
    {
        public int Looks { get; private set; }
        public Catalog Catalog { get; } = new();
        public LedgerSummary Ledger => LedgerSummary.Empty;
        public long Count => 1;
        public EventTime First => new(1_000_000_000);
        public EventTime Last => new(2_000_000_000);

        public void Visit(EventQuery query, EventVisitor visitor)
        {
            Looks++;
            throw new InvalidOperationException("a mistake");
        }

        public bool TryGet(EventId id, out ScopeEvent e)
        {
            e = default;
            return false;
        }
    }
}
