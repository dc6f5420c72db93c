// Hot and warm asked as one while a recording is written, shipped and pruned: no event twice, none missing, and a flow that lies
// half in each is whole, with its payloads.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Query.Merge;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class MergedHistoryTests
{
    [TestMethod]
    public async Task What_the_index_and_the_database_have_half_each_comes_back_whole()
    {
        var random = new RandomEvents(17); // Nothing in it has an identity: it is the same numbers that make it the same.
        var events = random.Events(3000);
        var all = new HotIndex(random.Catalog, new());
        foreach (var e in events) all.Append(e);
        var name = Database.NewName();
        await new PostgresShipper(Database.Source, name, random.Catalog, all.Read, () => all.Ledger).ShipAsync();
        var warm = (await PostgresHistory.OpenAsync(Database.Source, name))!;
        warm.FirstId.ShouldBe(new EventId(0));
        warm.NextId.ShouldBe(new EventId(events.Count));
        var merged = new MergedHistory([new("one", "hot", new Newest(all, 2000)), new("one", "warm", warm)]);
        var translated = new Translated(merged, random.Catalog, events);
        var naive = new NaiveHistory(random.Catalog, events);
        for (var i = 0; i < 60; i++)
        {
            var query = random.Query(events);
            translated.List(query).SequenceEqual(naive.List(query)).ShouldBeTrue($"question {i}: {query}");
        }
        var parts = merged.Ask(new() { Flow = events[1990].Flow.IsNone ? new(1) : merged.List(new() { FromId = new(1990), Limit = 1 })[0].Event.Flow }, (EventId _, in ScopeEvent _) => true);
        parts.ShouldAllBe(part => part.Events > 0);
        var way = merged.Ways(new() { Kinds = KindSet.Of(EventKind.Sql), From = events[100].Time, To = events[200].Time })[1].Way;
        way.Index.ShouldStartWith("1 table by "); // Of an hour with so few rows the server reads the table; a month has hundreds, of which it takes one.
        way.Expected.ShouldBeGreaterThan(0);
    }

    [TestMethod]
    public async Task Nothing_is_missed_or_comes_twice_while_events_are_written_shipped_and_pruned()
    {
        const int count = 150_000;
        var catalog = new Catalog();
        var hot = new HotIndex(catalog, new(), new() { Bytes = long.MaxValue });
        var name = Database.NewName();
        var shipper = new PostgresShipper(Database.Source, name, catalog, hot.Read, () => hot.Ledger);
        hot.Append(Telling(0));
        await shipper.ShipAsync();
        var warm = (await PostgresHistory.OpenAsync(Database.Source, name))!;
        var floor = new Newest(hot, 0);
        var merged = new MergedHistory([new("one", "hot", floor), new("one", "warm", warm)]);
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i < count; i++)
            {
                hot.Append(Telling(i));
                if (i % 10_000 != 0) continue;
                await shipper.ShipAsync();
                floor.Floor = i - 500; // What is shipped may go.
            }
        });
        var (rounds, both) = (0, 0);
        for (; !writing.IsCompleted || rounds < 4; rounds++)
        {
            var (newest, end, next) = (rounds % 2 == 1, hot.NextId.Value, 0L);
            var seen = new List<long>();
            var parts = merged.Ask(new() { Order = newest ? EventOrder.NewestFirst : EventOrder.OldestFirst }, (EventId id, in ScopeEvent e) =>
            {
                if (e.Value != id.Value) throw new AssertFailedException("an event is not what its id says");
                seen.Add(id.Value);
                return true;
            });
            if (newest) seen.Reverse();
            foreach (var id in seen) id.ShouldBe(next++);
            next.ShouldBeGreaterThanOrEqualTo(end);
            if (parts.All(part => part.Events > 0)) both++;
        }
        await writing;
        both.ShouldBeGreaterThan(0);
    }

    static ScopeEvent Telling(long i) => new() { Time = new(1_700_000_000_000_000_000 + i * 1000), Value = i, Kind = EventKind.Log, Thread = new(0), Flow = default };

    /// <summary>An index as it is once the events before a floor are gone, which may rise while it is asked: blocks are too large to see that in a test.</summary>
    sealed class Newest(HotIndex index, long floor) : IHistory
    {
        public long Floor { get => Volatile.Read(ref floor); set => Volatile.Write(ref floor, value); }

        public Catalog Catalog => index.Catalog;

        public LedgerSummary Ledger => index.Ledger;

        public long Count => index.NextId.Value - Floor;

        public EventTime First => index.TryGet(FirstId, out var e) ? e.Time : EventTime.Max;

        public EventTime Last => index.Last;

        public EventId FirstId => new(Floor);

        public EventId NextId => index.NextId;

        public void Visit(EventQuery query, EventVisitor visitor) => index.Visit(query with { FromId = new(Math.Max(query.FromId.Value, Floor)) }, visitor);

        public bool TryGet(EventId id, out ScopeEvent e)
        {
            e = default;
            return id.Value >= Floor && index.TryGet(id, out e);
        }
    }
}
