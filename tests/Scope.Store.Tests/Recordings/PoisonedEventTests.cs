// An event that cannot be written, as by a mistake of ours: it is set aside and counted, and all others are in the recording.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Tests.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class PoisonedEventTests
{
    [TestMethod]
    public void An_event_that_cannot_be_written_is_set_aside_and_the_others_are_kept()
    {
        const int Count = 3_000, Poisoned = 1_234;
        var history = new RandomHistory(31);
        var events = history.Events(Count).ToArray();
        events[Poisoned].Method = history.Catalog.Methods.Intern(new(default, 1, "Poison", "Poison", null!)); // Half of it is written when that shows.
        var (ledger, letters) = (new Ledger(), new List<DeadLetter>());
        using var folder = new TemporaryFolder();
        using var writer = RecordingWriter.Start(folder["poisoned.scope"], new(), history.Catalog, ledger, Feed, setAside: letters.Add);
        var status = writer.Stop();
        (status.Written, status.Acknowledged, status.Lost, status.Problem).ShouldBe((Count - 1, Count - 1, 0, null));
        var letter = letters.ShouldHaveSingleItem();
        (letter.Stage, letter.Time).ShouldBe(("recording", events[Poisoned].Time));
        ledger.Summary().Losses.Single(loss => loss.Source == LossSource.Stage).Count.ShouldBe(1);
        var kept = new List<EventTime>();
        RecordingReader.Open(writer.Folder).Visit(new EventQuery(), (EventId _, in ScopeEvent e) =>
        {
            kept.Add(e.Time);
            return true;
        });
        kept.Order().SequenceEqual(events.Where((_, i) => i != Poisoned).Select(e => e.Time).Order()).ShouldBeTrue("all others are there");

        int Feed(EventId from, Span<ScopeEvent> into, out EventId first)
        {
            first = from;
            var rest = events.AsSpan((int)from.Value);
            rest = rest[..Math.Min(rest.Length, into.Length)];
            rest.CopyTo(into);
            return rest.Length;
        }
    }
}
