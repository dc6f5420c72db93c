// What every tier must do: answer any question as a plain list would. Each tier's tests inherit this class and say only
// how the tier is filled.
using Scope.Events;

namespace Scope.Store.Contract;

/// <summary>The contract of <see cref="IHistory"/>.</summary>
public abstract class HistoryContract
{
    const int Events = 2000;

    /// <summary>A history that holds exactly these events, the first with id 0. It lives until the test ends.</summary>
    protected abstract IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events);

    /// <summary>How many random histories are tried; a slow tier takes fewer.</summary>
    protected virtual int RandomHistories => 12;

    /// <summary>How many random questions each is asked.</summary>
    protected virtual int RandomQuestions => 250;

    [TestMethod]
    public void An_empty_history_says_that_it_is_empty()
    {
        var history = Filled(new(), []);
        history.Count.ShouldBe(0);
        history.First.ShouldBe(EventTime.Max);
        history.Last.ShouldBe(EventTime.Min);
        history.List(EventQuery.All).ShouldBeEmpty();
        history.List(new() { Kinds = KindSet.Spans, Thread = new(3), Order = EventOrder.NewestFirst }).ShouldBeEmpty();
        history.TryGet(new(0), out _).ShouldBeFalse();
    }

    [TestMethod]
    public void All_events_come_back_as_they_were_put_in_and_in_their_order()
    {
        var (random, events) = Random(1);
        var history = Filled(random.Catalog, events);
        history.Count.ShouldBe(Events);
        history.First.ShouldBe(events[0].Time);
        history.Last.ShouldBe(events[^1].Time);
        var all = history.List(EventQuery.All);
        all.Select(s => s.Id.Value).ShouldBe(Enumerable.Range(0, Events).Select(i => (long)i));
        all.Select(s => s.Event).ShouldBe(events);
        history.List(new() { Order = EventOrder.NewestFirst }).Select(s => s.Id).ShouldBe(all.Select(s => s.Id).Reverse());
    }

    [TestMethod]
    public void An_event_is_found_by_its_id_and_no_other_is()
    {
        var (random, events) = Random(2);
        var history = Filled(random.Catalog, events);
        foreach (var id in (int[])[0, 1, Events / 2, Events - 1])
        {
            history.TryGet(new(id), out var e).ShouldBeTrue();
            e.ShouldBe(events[id]);
        }
        history.TryGet(new(Events), out _).ShouldBeFalse();
        history.TryGet(EventId.None, out _).ShouldBeFalse();
    }

    [TestMethod]
    public void Each_filter_alone_gives_what_a_search_of_the_list_gives()
    {
        var (random, events) = Random(3);
        var (history, naive) = (Filled(random.Catalog, events), new NaiveHistory(random.Catalog, events));
        var middle = events[Events / 2];
        EventQuery[] queries =
        [
            new() { From = middle.Time }, new() { To = middle.Time }, new() { From = middle.Time, To = middle.Time + 1 },
            new() { Target = new(2) }, new() { Thread = new(4) }, new() { Span = new(5) }, new() { Flow = new(6) },
            new() { Method = new(7) }, new() { CodeNode = new(8) }, new() { Name = new(3) },
            new() { Threads = new([new(4), new(5)]) }, new() { Spans = new([new(5), new(9), new(11)]) }, new() { Flows = new([new(6), new(7)]) },
            new() { Methods = new([new(7), new(2), new(3)]) }, new() { Methods = new([]) }, new() { Names = new([new(3), new(1)]) }, new() { Targets = new([new(1), new(2)]) },
            new() { FromId = new(Events / 2) }, new() { ToId = new(Events / 2) }, new() { FromId = new(Events / 2), ToId = new(Events / 2 + 3), Thread = new(4) }, new() { FromId = new(Events) }, new() { ToId = new(0) },
            new() { Kinds = KindSet.Of(EventKind.Sql) }, new() { Kinds = KindSet.Spans }, new() { Kinds = KindSet.Of(EventKind.None) },
            new() { Flags = EventFlags.Error }, new() { Flags = EventFlags.Error | EventFlags.Partial },
            new() { MinValue = 500 }, new() { MaxValue = 10 }, new() { MinValue = 10, MaxValue = 20 },
            new() { Text = "ORDERS" }, new() { Text = "ordérs" }, new() { Text = "shop.orders7" }, new() { Text = "日本" }, new() { Text = "nowhere" }, new() { Text = "" },
            new() { Limit = 0 }, new() { Limit = 1 }, new() { Limit = Events * 2 },
        ];
        foreach (var query in queries) ShouldAnswerAlike(history, naive, query);
        foreach (var query in queries) ShouldAnswerAlike(history, naive, query with { Order = EventOrder.NewestFirst });
    }

    [TestMethod]
    public void Any_combination_gives_what_a_search_of_the_list_gives()
    {
        for (var seed = 100; seed < 100 + RandomHistories; seed++)
        {
            var (random, events) = Random(seed, seed % 3 == 0 ? 40 : Events);
            var (history, naive) = (Filled(random.Catalog, events), new NaiveHistory(random.Catalog, events));
            for (var i = 0; i < RandomQuestions; i++) ShouldAnswerAlike(history, naive, random.Query(events), $"seed {seed}, question {i}");
        }
    }

    [TestMethod]
    public void An_answer_that_was_cut_goes_on_where_it_ended()
    {
        var (random, events) = Random(6);
        var history = Filled(random.Catalog, events);
        foreach (var order in Enum.GetValues<EventOrder>())
        {
            var query = new EventQuery { Thread = new(4), Order = order };
            List<StoredEvent> all = history.List(query), parts = [];
            for (var rest = query with { Limit = 7 }; history.List(rest) is { Count: > 0 } part; rest = order == EventOrder.OldestFirst ? rest with { FromId = new(part[^1].Id.Value + 1) } : rest with { ToId = part[^1].Id })
                parts.AddRange(part);
            parts.ShouldBe(all);
        }
    }

    [TestMethod]
    public void A_visitor_that_has_seen_enough_is_shown_no_more()
    {
        var (random, events) = Random(4);
        var history = Filled(random.Catalog, events);
        foreach (var order in Enum.GetValues<EventOrder>())
            foreach (var query in (EventQuery[])[new() { Order = order }, new() { Order = order, Thread = new(4) }])
            {
                var shown = 0;
                history.Visit(query, (EventId _, in ScopeEvent _) => ++shown < 3);
                shown.ShouldBe(3);
            }
    }

    [TestMethod]
    public void Several_threads_may_ask_at_once()
    {
        var (random, events) = Random(5);
        var (history, naive) = (Filled(random.Catalog, events), new NaiveHistory(random.Catalog, events));
        var queries = Enumerable.Range(0, 40).Select(_ => random.Query(events)).ToList();
        Parallel.ForEach(queries, query => ShouldAnswerAlike(history, naive, query));
    }

    protected static (RandomEvents Random, List<ScopeEvent> Events) Random(int seed, int count = Events)
    {
        var random = new RandomEvents(seed);
        return (random, random.Events(count));
    }

    protected static void ShouldAnswerAlike(IHistory history, IHistory naive, EventQuery query, string? which = null)
    {
        var (found, expected) = (history.List(query), naive.List(query));
        // Comparing is cheap and Shouldly's way to say what differs is not, so it is asked only when they differ.
        if (!found.SequenceEqual(expected)) found.Select(f => f.Id.Value).ShouldBe(expected.Select(e => e.Id.Value), $"{which} {query}");
        found.SequenceEqual(expected).ShouldBeTrue($"{which} {query}: the ids agree, what stands in the events does not");
        history.CountOf(query).ShouldBe(expected.Count, $"{which} {query}");
    }
}
