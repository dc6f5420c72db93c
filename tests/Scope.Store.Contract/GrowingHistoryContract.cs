// What a tier must do that is asked while it is written to, and forgets its oldest.
using Scope.Events;

namespace Scope.Store.Contract;

/// <summary>A history that grows: where events go in, where they are asked for, and how those before an instant are dropped.</summary>
public sealed record Growing(IEventSink Sink, IHistory History, Func<EventTime, long> Prune);

/// <summary>The contract of a history that is written to while it is read.</summary>
public abstract class GrowingHistoryContract : HistoryContract
{
    /// <summary>An empty history that grows.</summary>
    protected abstract Growing Open(Catalog catalog);

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        var growing = Open(catalog);
        foreach (var e in events) growing.Sink.Append(in e);
        if (events.Count > 0) growing.Sink.Advance(events[^1].Time);
        return growing.History;
    }

    [TestMethod]
    public void What_is_left_after_pruning_answers_as_a_list_without_the_oldest()
    {
        for (var seed = 200; seed < 206; seed++)
        {
            var (random, events) = Random(seed);
            var growing = Open(random.Catalog);
            foreach (var e in events) growing.Sink.Append(in e);
            var before = events[events.Count * (seed - 199) / 7].Time;
            var pruned = (int)growing.Prune(before);

            pruned.ShouldBeLessThanOrEqualTo(events.FindIndex(e => e.Time >= before), "nothing from the instant on may go");
            growing.History.Count.ShouldBe(events.Count - pruned);
            growing.History.First.ShouldBe(events[pruned].Time);
            growing.History.TryGet(new(pruned - 1), out _).ShouldBeFalse();
            var naive = new NaiveHistory(random.Catalog, events[pruned..], pruned);
            for (var i = 0; i < RandomQuestions; i++) ShouldAnswerAlike(growing.History, naive, random.Query(events), $"seed {seed}, question {i}");
        }
    }

    [TestMethod]
    public void Readers_see_a_consistent_history_while_it_is_written_and_pruned()
    {
        const int events = 200_000;
        var catalog = new Catalog();
        var growing = Open(catalog);
        var done = 0;
        var writer = new Thread(() =>
        {
            for (var i = 0; i < events; i++)
            {
                var e = Telling(i);
                growing.Sink.Append(in e);
                if (i % 5000 == 4999) growing.Prune(new(i - 20_000));
            }
            growing.Sink.Advance(new(events));
            Volatile.Write(ref done, 1);
        });
        writer.Start();
        EventQuery[] queries = [new(), new() { Thread = new(3) }, new() { Span = new(17) }, new() { Kinds = KindSet.Of(EventKind.Log, EventKind.Sql) }, new() { Thread = new(2), Kinds = KindSet.Of(EventKind.Sql) }];
        Parallel.For(0, 2, reader =>
        {
            for (var round = reader; Volatile.Read(ref done) == 0 || round < 10; round++)
            {
                var query = queries[round % queries.Length];
                ShouldBeConsistent(growing.History, query with { Order = (EventOrder)(round / queries.Length % 2), Limit = round % 3 == 0 ? int.MaxValue : 2000 });
            }
        });
        writer.Join();
        growing.History.Last.ShouldBe(new EventTime(events - 1));
    }

    /// <summary>An event all of whose fields follow from its position, so that a torn or foreign one gives itself away.</summary>
    static ScopeEvent Telling(long i) => new()
    {
        Time = new(i),
        Value = i,
        Kind = i % 3 == 0 ? EventKind.Sql : EventKind.Log,
        Target = new(1),
        Thread = new((int)(i % 5)),
        Span = new((int)(i % 1000)),
        Flow = new((int)(i / 10 % 100_000) + 1),
        Related = new((int)i),
    };

    static void ShouldBeConsistent(IHistory history, EventQuery query)
    {
        var last = query.Order == EventOrder.OldestFirst ? long.MinValue : long.MaxValue;
        var wrong = 0;
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            var inOrder = query.Order == EventOrder.OldestFirst ? id.Value > last : id.Value < last;
            if (!inOrder || !e.Equals(Telling(id.Value)) || query.Thread.Value != 0 && e.Thread != query.Thread || !query.Kinds.Passes(e.Kind)) wrong++;
            last = id.Value;
            return true;
        });
        wrong.ShouldBe(0, $"{query}");
    }
}
