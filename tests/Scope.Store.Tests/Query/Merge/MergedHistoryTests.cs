// Tiers that number in their own ways, several recordings in one answer, what each part says of itself, and events that move
// while they are read.
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Query.Merge;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Store.Tests.Query.Merge;

[TestClass]
public sealed class MergedHistoryTests
{
    [TestMethod]
    public void What_a_recording_and_the_index_have_half_each_comes_back_whole() => ShouldComeBackWhole("disk", (folder, catalog, events) => Record(folder, catalog, events));

    [TestMethod]
    public void What_an_archive_and_the_index_have_half_each_comes_back_whole() => ShouldComeBackWhole("cold", Archived);

    [TestMethod]
    public void An_archive_is_left_out_unless_it_is_asked_for_and_says_what_it_would_cost()
    {
        using var folder = new TemporaryFolder("merged");
        var random = new RandomEvents(310, identified: true);
        var events = random.Events(1500);
        var hot = Newest(random.Catalog, events, 400);
        var cold = Archived(folder.Path, random.Catalog, events);
        HistoryPart[] parts = [new("one", "hot", hot), new("one", "cold", cold)];
        var without = new MergedHistory(parts);
        without.Count.ShouldBe(hot.Count);
        var told = without.Ask(new() { To = events[250].Time }, (EventId _, in ScopeEvent _) => true);
        told[1].LeftOut!.Value.Objects.ShouldBe(1, "of the archive's five segments that of this time");
        told[1].LeftOut!.Value.Bytes.ShouldBeGreaterThan(0);
        cold.Fetched.Objects.ShouldBe(0);
        var with = new MergedHistory(parts, includeCold: true);
        with.List(new() { Order = EventOrder.NewestFirst, Limit = 50 }).Count.ShouldBe(50);
        cold.Fetched.Objects.ShouldBe(0, "what is in memory is not fetched");
        with.List(new() { Limit = 50 }).Count.ShouldBe(50);
        cold.Fetched.Objects.ShouldBe(1);
    }

    static void ShouldComeBackWhole(string tier, Func<string, Catalog, List<ScopeEvent>, IHistory> older)
    {
        for (var seed = 300; seed < 303; seed++)
        {
            using var folder = new TemporaryFolder("merged");
            var random = new RandomEvents(seed, identified: true);
            var events = random.Events(1500);
            var stored = older(folder.Path, random.Catalog, events);
            var hot = Newest(random.Catalog, events, 400);
            Numbering.IsAlike(hot.Catalog, stored.Catalog).ShouldBeFalse("what is read from files is numbered anew");
            var merged = new MergedHistory([new("one", "hot", hot), new("one", tier, stored)], includeCold: true);
            merged.Count.ShouldBe(events.Count);
            merged.FirstId.ShouldBe(new EventId(0));
            merged.NextId.ShouldBe(new EventId(events.Count));
            var translated = new Translated(merged, random.Catalog, events);
            var naive = new NaiveHistory(random.Catalog, events);
            for (var i = 0; i < 150; i++)
            {
                var query = random.Query(events);
                translated.List(query).SequenceEqual(naive.List(query)).ShouldBeTrue($"seed {seed}, question {i}: {query}");
            }
            foreach (var id in (long[])[0, 700, 1499])
            {
                translated.TryGet(new(id), out var e).ShouldBeTrue();
                e.ShouldBe(events[(int)id]);
            }
        }
    }

    static ColdHistory Archived(string folder, Catalog catalog, List<ScopeEvent> events)
    {
        var archive = new FolderArchive(Path.Combine(folder, "archive"));
        return new(archive, SegmentedFolder.Archived(archive, Path.Combine(folder, "one.scope"), catalog, events));
    }

    [TestMethod]
    public void A_flow_that_is_half_in_each_tier_says_what_each_gave()
    {
        var catalog = new Catalog();
        List<ScopeEvent> events = [.. Enumerable.Range(0, 1000).Select(i => new ScopeEvent { Time = new(i), Kind = EventKind.Log, Flow = new(i % 100 / 50 + 1) })];
        var merged = new MergedHistory([new("one", "hot", Newest(catalog, events, 200)), new("one", "warm", new NaiveHistory(catalog, events))]);
        var found = new List<EventId>();
        var parts = merged.Ask(new() { Flow = new(1) }, (EventId id, in ScopeEvent _) =>
        {
            found.Add(id);
            return true;
        });
        found.Select(id => (int)id.Value).ShouldBe(Enumerable.Range(0, 1000).Where(i => i % 100 < 50));
        parts.Select(p => (p.Tier, p.Events > 0, p.TookNanos > 0)).ShouldBe([("hot", true, true), ("warm", true, true)]);
        parts.Sum(p => p.Events).ShouldBe(500);
        merged.Ask(new() { Flow = new(1), From = events[900].Time }, (EventId _, in ScopeEvent _) => true)[1].Asked.ShouldBe(0, "what is all in memory is not asked of a database");
        merged.Ask(new() { Order = EventOrder.NewestFirst, Limit = 5 }, (EventId _, in ScopeEvent _) => true)[1].Asked.ShouldBe(0);
    }

    [TestMethod]
    public void Several_recordings_are_one_history_with_one_catalog()
    {
        var first = Story("GET /orders", 1, started: 0, 111);
        var second = Story("GET /stock", 2, started: 5, 111);
        var third = Story("GET /orders", 1, started: 9, 222);
        var merged = new MergedHistory([new("a", "disk", first), new("b", "disk", second), new("c", "disk", third)]);
        merged.Catalog.Names.Find("GET /stock").IsNone.ShouldBeFalse("a question is put in names before anything is asked");
        var events = merged.List(EventQuery.All);
        events.Select(e => e.Event.Time.UnixNanos).ShouldBeInOrder();
        events.Count.ShouldBe(60);
        events.Select(e => e.Id).Distinct().Count().ShouldBe(60);
        merged.List(new() { Order = EventOrder.NewestFirst }).Select(e => e.Id).ShouldBe(events.Select(e => e.Id).Reverse());
        var catalog = merged.Catalog;
        catalog.Targets.All.Count.ShouldBe(2, "two recordings are of one process, which started at one time");
        var orders = merged.List(new() { Name = catalog.Names.Find("GET /orders") });
        orders.Count.ShouldBe(20);
        orders.Select(e => catalog.Targets[e.Event.Target].Pid).Distinct().ShouldBe([1]);
        merged.List(new() { Flow = orders[0].Event.Flow }).Count.ShouldBe(40, "a trace goes through both services");
        foreach (var (id, e) in events)
        {
            merged.TryGet(id, out var found).ShouldBeTrue();
            found.ShouldBe(e);
            if (e.Kind != EventKind.Link) continue;
            merged.TryGet(new(e.Value), out var cause).ShouldBeTrue("a link leads within its recording");
            cause.Target.ShouldBe(e.Target);
        }
        new Scope.Store.Query.CausalWalk(merged).CausesOf(new(events[^1].Id.Value - 1), 1).Count.ShouldBe(2);
    }

    [TestMethod]
    public void Nothing_is_missed_or_comes_twice_while_events_are_written_shipped_and_dropped_by_three_threads()
    {
        const int count = 300_000;
        var catalog = new Catalog();
        var hot = new HotIndex(catalog, new(), new() { Events = 64 << 10, Bytes = long.MaxValue }, blockEvents: 256);
        var warm = new HotIndex(catalog, new(), new() { Events = long.MaxValue, Bytes = long.MaxValue }, blockEvents: 1024);
        var merged = new MergedHistory([new("one", "hot", hot), new("one", "warm", warm)]);
        var done = false;
        // The writer waits for the shipper where a real one would lose and count: this is about what is not lost.
        var writer = new Thread(() =>
        {
            for (var i = 0; i < count; i++)
            {
                while (i - warm.NextId.Value > 40_000) Thread.Yield();
                hot.Append(new() { Time = new(i), Value = i, Kind = EventKind.Log, Thread = new(i % 7 + 1), Flow = new(i / 100 + 1) });
                if (i % 512 == 0) hot.Prune(new(Math.Min(i - 2000, warm.NextId.Value)));
            }
            Volatile.Write(ref done, true);
        });
        var shipper = new Thread(() =>
        {
            var batch = new ScopeEvent[1000];
            while (warm.NextId.Value < count)
                if (hot.Read(warm.NextId, batch, out _) is > 0 and var got) foreach (ref readonly var e in batch.AsSpan(0, got)) warm.Append(e);
        });
        writer.Start();
        shipper.Start();
        var (rounds, both) = (0, 0);
        for (; !Volatile.Read(ref done) || rounds < 20; rounds++)
        {
            var newest = rounds % 2 == 1;
            var end = hot.NextId.Value;
            var seen = new List<long>();
            var parts = merged.Ask(new() { Thread = rounds % 3 == 0 ? new(3) : default, Order = newest ? EventOrder.NewestFirst : EventOrder.OldestFirst }, (EventId id, in ScopeEvent e) =>
            {
                if (e.Value != id.Value) throw new AssertFailedException("an event is not what its id says");
                seen.Add(id.Value);
                return true;
            });
            if (newest) seen.Reverse();
            var step = rounds % 3 == 0 ? 7 : 1;
            var first = rounds % 3 == 0 ? 2 : 0;
            for (var i = 0; i < seen.Count; i++) if (seen[i] != first + (long)i * step) throw new AssertFailedException($"round {rounds}: at {i} stands {seen[i]} instead of {first + (long)i * step}");
            (seen.Count == 0 ? 0 : seen[^1] + step).ShouldBeGreaterThanOrEqualTo(end - step, "all that was there when the question was put is in the answer");
            if (parts.All(p => p.Events > 0)) both++;
        }
        writer.Join();
        shipper.Join();
        both.ShouldBeGreaterThan(3, "the boundary must have been within an answer");
    }

    [TestMethod]
    [DataRow(EventOrder.OldestFirst)]
    [DataRow(EventOrder.NewestFirst)]
    public void What_goes_between_the_look_at_the_floor_and_the_reading_comes_from_the_next_tier(EventOrder order)
    {
        var catalog = new Catalog();
        List<ScopeEvent> events = [.. Enumerable.Range(0, 3000).Select(i => new ScopeEvent { Time = new(i), Kind = EventKind.Log, Value = i })];
        var hot = Newest(catalog, events, events.Count * 2);
        var merged = new MergedHistory([new("one", "hot", new Dropping(hot, 200)), new("one", "warm", new NaiveHistory(catalog, events))]);
        var found = merged.List(new() { Order = order }).Select(e => e.Id.Value).ToList();
        found.Count.ShouldBe(3000);
        found.SequenceEqual(Enumerable.Range(0, 3000).Select(i => order == EventOrder.OldestFirst ? (long)i : 2999 - i)).ShouldBeTrue();
        hot.FirstId.Value.ShouldBeGreaterThan(500, "else nothing went meanwhile");
    }

    /// <summary>An index that drops its oldest each time just before it is read.</summary>
    sealed class Dropping(HotIndex index, long each) : IHistory
    {
        public Catalog Catalog => index.Catalog;

        public LedgerSummary Ledger => index.Ledger;

        public long Count => index.Count;

        public EventTime First => index.First;

        public EventTime Last => index.Last;

        public EventId FirstId => index.FirstId;

        public EventId NextId => index.NextId;

        public void Visit(EventQuery query, EventVisitor visitor)
        {
            index.Prune(index.First + each);
            index.Visit(query, visitor);
        }

        public bool TryGet(EventId id, out ScopeEvent e) => index.TryGet(id, out e);
    }

    /// <summary>Ten requests of one service, each a call further on in the trace, with a link between two events.</summary>
    static HotIndex Story(string route, int pid, long started, ulong trace)
    {
        var catalog = new Catalog();
        catalog.Names.Intern("padding " + started); // Else the numbers would be the same by chance.
        var target = catalog.Targets.Add(new(pid, $"service {pid}", "", "", "", "", new(1000 + pid), 1, ""));
        var index = new HotIndex(catalog, new());
        for (var i = 0; i < 10; i++)
        {
            var (flow, name, thread) = (catalog.Flows.Intern((UInt128)trace), catalog.Names.Intern(route), catalog.Threads.Intern(target, 40 + i));
            var cause = index.Append(new() { Time = new(started + i * 100), Kind = EventKind.Request, Target = target, Flow = flow, Name = name, Thread = thread });
            index.Append(new() { Time = new(started + i * 100 + 1), Kind = EventKind.Link, Target = target, Flow = flow, Value = Math.Max(0, cause.Value - 2), Related = new(1), Detail = (ushort)LinkKind.TaskSpawn });
        }
        return index;
    }

    static HotIndex Newest(Catalog catalog, List<ScopeEvent> events, int newest)
    {
        var hot = new HotIndex(catalog, new(), new() { Events = newest }, blockEvents: 64);
        foreach (var e in events) hot.Append(e);
        return hot;
    }

    static Recording Record(string directory, Catalog catalog, List<ScopeEvent> events)
    {
        var all = new HotIndex(catalog, new());
        foreach (var e in events) all.Append(e);
        var folder = Path.Combine(directory, "all.scope");
        using (var writer = RecordingWriter.Start(folder, new(), catalog, new Ledger(), all.Read)) writer.Stop().Problem.ShouldBeNull();
        return RecordingReader.Open(folder);
    }
}
