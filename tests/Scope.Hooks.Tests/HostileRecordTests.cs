// Whatever stands in the shared memory, the translation of it ends and gives events with sane fields.
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed unsafe class HostileRecordTests
{
    [TestMethod]
    public void Records_of_noise_become_events_or_are_counted()
    {
        var random = new Random(23);
        var (catalog, ledger, sink) = (new Catalog(), new Ledger(), new ListSink());
        var target = catalog.Targets.Add(new(1, "noise", "", "", "", "", EventTime.Min, 0, "noise"));
        using var region = new Region(rings: 2, slots: 64, textBytes: 1024);
        var names = new NameWriter(region.Start, region.Layout);
        foreach (string name in (string[])["Microsoft.AspNetCore.Hosting.HttpRequestIn", "Npgsql", "db.statement", "http.route", "url.full", "password"])
            names.Add(name);
        var reader = region.Open();
        var translator = new HookTranslator(target, catalog, ledger, sink, new TargetSymbols(target, catalog), reader, new NameReader(region.Start, region.Layout), "noise");
        var writer = region.Take(1);
        var text = new byte[HookLimits.MaxTextBytes];
        int written = 0;
        for (int round = 0; round < 20_000; round++)
        {
            var record = new HookRecord { Ticks = random.NextInt64(), Kind = (HookKind)random.Next(1, 80), Flags = (ushort)random.Next(1 << 16), Name = (uint)random.Next(9), Source = (uint)random.Next(9), Span = (ulong)random.Next(4), Parent = (ulong)random.Next(4), Value = random.NextInt64() };
            int length = random.Next(3) == 0 ? random.Next(text.Length) : 0;
            random.NextBytes(text.AsSpan(0, length));
            for (int at = 0; at + 8 < length; at += 8 * random.Next(1, 6))
                (text[at], text[at + 2], text[at + 3], text[at + 5], text[at + 6], text[at + 7]) = ((byte)random.Next(16), (byte)random.Next(40), 0, 0, 0, 0);
            written += writer.TryWrite(record, text.AsSpan(0, length)) ? 1 : 0;
            translator.Read(long.MaxValue);
        }
        translator.End(EventTime.Now);
        var account = ledger.Summary();
        (account.Captured + account.Losses.Where(l => l.Source == LossSource.Stream).Sum(l => l.Count)).ShouldBe(written);
        sink.Events.ShouldNotBeEmpty();
        sink.Events.ShouldAllBe(e => e.Value >= 0 && e.Target == target && (e.Kind == EventKind.ActivitySet || EventKinds.All.Any(rule => rule.Kind == e.Kind)));
    }

    [TestMethod]
    public void Records_that_a_mistake_of_ours_meets_are_set_aside_and_the_others_arrive()
    {
        const int Poisoned = 7, Records = 20;
        var (catalog, ledger, sink, letters) = (new Catalog(), new Ledger(), new ListSink(), new List<DeadLetter>());
        var target = catalog.Targets.Add(new(1, "poison", "", "", "", "", EventTime.Min, 0, "poison"));
        using var region = new Region(rings: 2, slots: 64, textBytes: 1024);
        var reader = region.Open();
        var translator = new HookTranslator(target, catalog, ledger, sink, new TargetSymbols(target, catalog), reader, new NameReader(region.Start, region.Layout), "poison", letters.Add);
        var writer = region.Take(1);
        sink.Before = e =>
        {
            if (sink.Events.Count + letters.Count == Poisoned) throw new InvalidOperationException("planted");
        };
        for (uint i = 1; i <= Records; i++) writer.TryWrite(new HookRecord { Ticks = i, Kind = HookKind.ThreadSpan, Span = i }, []).ShouldBeTrue();
        translator.Read(long.MaxValue).ShouldBe(Records);
        sink.Events.Count.ShouldBe(Records - 1);
        var letter = letters.ShouldHaveSingleItem();
        (letter.Kind, letter.Bytes.Length).ShouldBe((nameof(HookKind.ThreadSpan), HookRecord.Bytes));

        // And where not one record fails but the reading of them, what stands in the rings is passed over.
        sink.Before = _ => { };
        sink.BeforeAdvance = () => throw new InvalidOperationException("planted");
        for (uint i = 1; i <= Limits.FailuresInARow; i++)
        {
            translator.GivenUp.ShouldBeNull();
            writer.TryWrite(new HookRecord { Ticks = 100 + i * 2 + 1, Kind = HookKind.ThreadSpan, Span = i }, []).ShouldBeTrue();
            translator.Read(100 + i * 2).ShouldBe(0);
        }
        translator.GivenUp.ShouldNotBeNull().ShouldContain("times in a row");
        translator.End(EventTime.Now);
        var account = ledger.Summary();
        (account.Captured, account.Lost).ShouldBe((Records - 1, 1 + Limits.FailuresInARow));
        account.Losses.ShouldAllBe(loss => loss.Source == LossSource.Stage);
    }

    sealed class ListSink : IEventSink
    {
        public List<ScopeEvent> Events { get; } = [];

        public Action<ScopeEvent> Before { get; set; } = _ => { };

        public Action BeforeAdvance { get; set; } = () => { };

        public EventId Append(in ScopeEvent e)
        {
            Before(e);
            Events.Add(e);
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) => BeforeAdvance();
    }
}
