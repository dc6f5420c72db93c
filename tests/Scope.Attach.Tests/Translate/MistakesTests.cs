// Mistakes of ours, planted into handlers, sinks and decoder while a real recording is read: what they hit is set aside with the
// error and counted, and all else arrives.
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Tests.Nettrace;
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class MistakesTests
{
    static readonly NettraceMetadata Exceptions = new(0, Providers.Runtime, 80, "", 0, 0, 0, 0, []);
    static readonly Reading Well = new();

    [ClassInitialize]
    public static void ReadWell(TestContext context) => Well.Read().IsWhole.ShouldBeTrue();

    [TestMethod]
    public void An_event_that_a_handler_fails_at_is_set_aside_and_the_others_arrive()
    {
        const int Poisoned = 3;
        var (reading, seen) = (new Reading(), 0);
        var own = reading.Translator.Table.RowOf(Exceptions).Handler!;
        reading.Translator.Table.Add(Providers.Runtime, 80, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) =>
        {
            if (++seen == Poisoned) throw new FormatException("planted, with password=hunter22 in it");
            own(row, e, ref payload);
        });
        reading.Read().IsWhole.ShouldBeTrue();
        var poisoned = Well.Events.Where(e => e.Kind == EventKind.ExceptionThrown).Skip(Poisoned - 1).First();
        reading.Told.SequenceEqual(Well.Told.Where(e => e != (poisoned.Time, poisoned.Kind))).ShouldBeTrue("the others arrive, in their order");
        var letter = reading.Letters.ShouldHaveSingleItem();
        (letter.Stage, letter.Time, letter.Kind).ShouldBe(("file", poisoned.Time, $"{Providers.Runtime}/80 version 1"));
        letter.Error.ShouldBeOfType<FormatException>();
        letter.Bytes.Length.ShouldBePositive();
        reading.Losses.ShouldHaveSingleItem().ShouldBe(new(LossSource.Stage, $"file: {letter.Kind}", poisoned.Time, poisoned.Time, 1));
        (reading.Captured + 1).ShouldBe(Well.Captured);
        reading.Translator.GivenUp.ShouldBeNull();
    }

    [TestMethod]
    public void A_sort_of_events_whose_handler_always_fails_is_left_out_and_counted()
    {
        var (reading, seen) = (new Reading(), 0);
        reading.Translator.Table.Add(Providers.Runtime, 80, (EventRow _, in NettraceEvent _, ref PayloadCursor _) =>
        {
            seen++;
            throw new InvalidOperationException("planted");
        });
        reading.Read().IsWhole.ShouldBeTrue();
        seen.ShouldBe(Limits.FailuresInARow);
        reading.Letters.Count.ShouldBe(seen);
        reading.Told.SequenceEqual(Well.Told.Where(e => e.Kind != EventKind.ExceptionThrown)).ShouldBeTrue("the others arrive, in their order");
        reading.Lost.ShouldBe(Well.Events.Count(e => e.Kind == EventKind.ExceptionThrown));
        (reading.Captured + reading.Lost).ShouldBe(Well.Captured);
    }

    [TestMethod]
    public void A_translation_of_which_nothing_good_comes_is_given_up_between_two_blocks()
    {
        var reading = new Reading(failAfter: 100);
        var outcome = reading.Read(new() { GivenUp = () => reading.Translator.GivenUp });
        outcome.End.ShouldBe(NettraceEnd.Broken);
        outcome.Reason.ShouldStartWith($"a mistake of ours {Limits.FailuresInARow} times in a row");
        outcome.Offset.ShouldBeInRange(1, Recordings.Mixed.Length / 2);
        reading.Events.Count.ShouldBe(100);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public void A_block_that_the_decoder_fails_at_is_lost_to_a_mistake_of_ours_and_the_next_are_read(bool sorted)
    {
        var reading = new Reading();
        var options = reading.Translator.Surviving(new() { Sorted = sorted });
        NettraceReader.Read(new MemoryStream(Recordings.Mixed), new FailingSink(reading.Translator, atEvent: 2_000), options).IsWhole.ShouldBeTrue();
        reading.Translator.End();
        reading.Letters.ShouldHaveSingleItem().Kind.ShouldBe("a block of its stream");
        if (!sorted) reading.Lost.ShouldBePositive();
        reading.Losses.ShouldAllBe(l => l.Source == LossSource.Stage);
        // In the order of time an event comes out later than it was read, and was counted then.
        (reading.Captured + reading.Lost + (sorted ? 1 : 0)).ShouldBe(Well.Captured);
        reading.Captured.ShouldBeGreaterThan(Well.Captured * 9 / 10);
        if (sorted) reading.Told.Zip(reading.Told.Skip(1)).ShouldAllBe(pair => pair.First.Time <= pair.Second.Time);
    }

    [TestMethod]
    public void Without_anybody_to_keep_them_mistakes_are_thrown()
    {
        var catalog = new Catalog();
        var target = catalog.Targets.Add(new(1, "mixed", "", "", "", "", EventTime.Min, 0, ""));
        var translator = new NettraceTranslator(target, catalog, new(), new FailingEvents([], after: 0), new(target, catalog), StreamClock.Recorded(), "file");
        Should.Throw<InvalidOperationException>(() => translator.Read(new MemoryStream(Recordings.Mixed), new()));
    }

    /// <summary>One reading of the recording.</summary>
    sealed class Reading
    {
        readonly Catalog _catalog = new();
        readonly Ledger _ledger = new();

        public Reading(int failAfter = int.MaxValue)
        {
            var target = _catalog.Targets.Add(new(1, "mixed", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Mixed"));
            Translator = new(target, _catalog, _ledger, new FailingEvents(Events, failAfter), new TargetSymbols(target, _catalog), StreamClock.Recorded(), "file", setAside: Letters.Add);
        }

        public NettraceTranslator Translator { get; }
        public List<ScopeEvent> Events { get; } = [];
        public List<DeadLetter> Letters { get; } = [];
        public List<(EventTime Time, EventKind Kind)> Told => [.. Events.Select(e => (e.Time, e.Kind))];
        public IReadOnlyList<LossEntry> Losses => _ledger.Summary().Losses;
        public long Lost => _ledger.Summary().Lost;
        public long Captured => _ledger.Summary().Captured;

        public NettraceOutcome Read(NettraceOptions? options = null) => Translator.Read(new MemoryStream(Recordings.Mixed), options ?? new());
    }

    sealed class FailingEvents(List<ScopeEvent> events, int after) : IEventSink
    {
        public EventId Append(in ScopeEvent e)
        {
            if (events.Count >= after) throw new InvalidOperationException("planted");
            events.Add(e);
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) { }
    }

    sealed class FailingSink(INettraceSink inner, int atEvent) : INettraceSink
    {
        int _events;

        public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (++_events == atEvent) throw new InvalidOperationException("planted");
            inner.Event(metadata, in e, payload);
        }

        public void Begin(NettraceHeader header) => inner.Begin(header);
        public void Metadata(NettraceMetadata metadata) => inner.Metadata(metadata);
        public void Stack(int stackId, ReadOnlySpan<byte> addresses) => inner.Stack(stackId, addresses);
        public void SequencePoint(long ticks) => inner.SequencePoint(ticks);
        public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) => inner.Lost(captureThreadId, fromTicks, toTicks, count);
        public void Advance(long noneBeforeTicks) => inner.Advance(noneBeforeTicks);
    }
}
