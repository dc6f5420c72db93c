using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Store.Postgres.Tests;

/// <summary>A history of hours of which some minutes are asked for.</summary>
[TestClass]
public sealed class WindowTests
{
    const int Hours = 8, EventsAnHour = 6 * 500; // Not all batches end with an hour.
    const long Minute = 60_000_000_000, Step = 60 * Minute / EventsAnHour;

    static readonly EventTime Begin = Hour.Of(new(1_200_000_000_000_000_000)).Start;

    [TestMethod]
    public async Task Whatever_minutes_are_asked_for_all_that_their_events_need_is_known_and_not_that_of_all_hours()
    {
        var (hot, name) = (new HotIndex(new(), new()), Database.NewName());
        var shipper = new PostgresShipper(Database.Source, name, hot.Catalog, hot.Read, () => hot.Ledger);
        for (var i = 0; i < Hours * EventsAnHour; i++)
        {
            hot.Append(Event(hot.Catalog, i));
            if (i % 700 == 0) await shipper.ShipAsync();
        }
        await shipper.ShipAsync();
        for (var hour = 0; hour < Hours - 2; hour++) Database.Pack(new(Hour.Of(Begin).Number + hour)); // The last are raw still.

        for (var minute = 7; minute < Hours * 60 - 5; minute += 41) await ShouldKnowAsync(hot, name, new(Begin + minute * Minute, Begin + (minute + 5) * Minute));
        var ten = await OpenAsync(name, last => new(last - 10 * Minute, EventTime.Max));
        KnownIn(ten).ShouldBeInRange(EventsAnHour, 3 * EventsAnHour);
        KnownIn(await OpenAsync(name, _ => RecordingWindow.All)).ShouldBe(Hours * EventsAnHour);
    }

    static async Task ShouldKnowAsync(HotIndex hot, string name, RecordingWindow window)
    {
        var part = await OpenAsync(name, _ => window);
        var query = EventQuery.All with { From = window.From, To = window.To };
        var events = part.List(query);
        events.Count.ShouldBe(hot.List(query).Count);
        foreach (var (_, e) in events)
        {
            part.Catalog.Flows[e.Flow].ShouldBe(hot.Catalog.Flows[e.Flow]);
            part.Catalog.Spans[e.Span].ShouldBe(hot.Catalog.Spans[e.Span]);
            part.Catalog.Payloads.Bytes(e.Payload).SequenceEqual(hot.Catalog.Payloads.Bytes(e.Payload)).ShouldBeTrue();
        }
        KnownIn(part).ShouldBeLessThan(5 * EventsAnHour, "not all hours were read");
    }

    static ScopeEvent Event(Catalog catalog, int i)
    {
        var trace = new UInt128(7, (ulong)i + 1);
        return new()
        {
            Kind = EventKind.Request,
            Time = Begin + i * Step,
            Flow = catalog.Flows.Intern(trace),
            Span = catalog.Spans.New(new(trace, (ulong)i + 1)),
            Payload = catalog.Payloads.Add(BitConverter.GetBytes(i)),
        };
    }

    static int KnownIn(IHistory history) => Enumerable.Range(1, history.Catalog.Flows.LastId).Count(id => history.Catalog.Flows[new FlowId(id)] != 0);

    static async Task<PostgresHistory> OpenAsync(string name, Func<EventTime, RecordingWindow> windowOf) => (await PostgresHistory.OpenAsync(Database.Source, name, windowOf)).ShouldNotBeNull();
}
