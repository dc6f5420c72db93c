// The reader of a real session whose translation fails at all that it is given: another session takes its place, and when that
// does not help either, reading goes on and counts.
using System.Collections.Concurrent;
using Scope.Agent.Sources;
using Scope.Attach.Port;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;
using Scope.Testing;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class SessionSourceTests
{
    [TestMethod]
    [DataRow(1), DataRow(Limits.Renewals + 1)]
    public async Task A_session_that_cannot_be_read_on_gives_way_to_another_a_few_times(int failing)
    {
        await using var target = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Mixed"), ["paced", "400"]);
        await target.LineAsync("ready", TimeSpan.FromSeconds(30));
        var (catalog, ledger, notes, letters) = (new Catalog(), new Ledger(), new ConcurrentQueue<string>(), new ConcurrentQueue<DeadLetter>());
        var port = DiagnosticPort.Of(target.Id);
        var id = catalog.Targets.Add(new(target.Id, "mixed", "", "", "", "", EventTime.Min, 0, ""));
        var place = new SourcePlace(port, id, catalog, ledger, new EventRing(), letters.Enqueue, notes.Enqueue);
        var (sinks, symbols) = (new ConcurrentQueue<CountingSink>(), new TargetSymbols(id, catalog));
        var session = (await EventPipeSession.StartAsync(port, new([new("Scope-Targets-Mixed", ulong.MaxValue, 5)], 16, Stacks: false))).Value;
        await using var source = new SessionSource("mixed", session, place, () =>
        {
            sinks.Enqueue(new(isFailing: sinks.Count < failing));
            return new(id, catalog, ledger, sinks.Last(), symbols, StreamClock.Live(catalog.Clock), "mixed", setAside: place.SetAside);
        }, nettracePath: null);
        source.Start();
        await Deadline.UntilAsync("the last session to be read", () => sinks.Count == Math.Min(failing, Limits.Renewals) + 1 && sinks.Last().Given > Limits.FailuresInARow);

        (await source.StopAsync()).Failure.ShouldBeNull();
        (await source.Outcome).IsWhole.ShouldBeTrue("the last one was read to its end");
        notes.Count.ShouldBe(Math.Min(failing, Limits.Renewals));
        notes.ShouldAllBe(note => note.Contains("another took its place"));
        letters.Count.ShouldBe((int)sinks.Where(sink => sink.IsFailing).Sum(sink => sink.Given), "each that failed was set aside");
        ledger.Summary().Losses.Where(loss => loss.Source == LossSource.Stage).Sum(loss => loss.Count).ShouldBeGreaterThanOrEqualTo(letters.Count);
    }

    sealed class CountingSink(bool isFailing) : IEventSink
    {
        long _given;

        public bool IsFailing => isFailing;

        public long Given => Interlocked.Read(ref _given);

        public EventId Append(in ScopeEvent e)
        {
            Interlocked.Increment(ref _given);
            return isFailing ? throw new InvalidOperationException("planted") : EventId.None;
        }

        public void Advance(EventTime noneBefore) { }
    }
}
