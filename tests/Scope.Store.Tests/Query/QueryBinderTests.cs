// What a question in words means for a history: which events it finds, and what is refused because this history has no such thing.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Store.Tests.Query;

[TestClass]
public sealed class QueryBinderTests
{
    const long Second = 1_000_000_000;

    static readonly EventTime Start = new(1_800_000_000 * Second);

    readonly HotIndex _history = new(new(), new());

    public QueryBinderTests()
    {
        var catalog = _history.Catalog;
        var shop = catalog.Targets.Add(new(4711, "Shop", "", "", "", "", EventTime.Min, 1, ""));
        var worker = catalog.Targets.Add(new(4712, "Worker", "", "", "", "", EventTime.Min, 1, ""));
        var take = catalog.Methods.Intern(new(default, 1, "Shop.Orders.OrderService", "Take", ""));
        var load = catalog.Methods.Intern(new(default, 2, "Shop.Orders", "Load", ""));
        var send = catalog.Methods.Intern(new(default, 3, "Shop.Reorders", "Send", ""));
        var flow = catalog.Flows.Intern(UInt128.Parse("4bf92f3577b34da6a3ce929d0e0e4736", System.Globalization.NumberStyles.HexNumber));
        var span = catalog.Spans.Intern(new(1, 0x00f067aa0ba902b7));
        var one = catalog.Threads.Intern(shop, 17);
        var other = catalog.Threads.Intern(worker, 17);
        Span<byte> buffer = stackalloc byte[256];
        var payload = new PayloadWriter(buffer);
        payload.Add(catalog.Names.Intern("message"), "the call timed out");
        var timeout = catalog.Payloads.Add(payload.Written);
        ReadOnlySpan<ScopeEvent> events =
        [
            new() { Kind = EventKind.RequestStart, Flow = flow, Span = span, Name = catalog.Names.Intern("GET /orders"), Thread = one, Target = shop },
            new() { Kind = EventKind.ExceptionThrown, Method = take, Flow = flow, Name = catalog.Names.Intern("System.TimeoutException"), Payload = timeout, Thread = one, Target = shop, Flags = EventFlags.Error },
            new() { Kind = EventKind.ExceptionCaught, Method = load, Thread = other, Target = worker },
            new() { Kind = EventKind.Sql, Value = Second / 2, Method = send, Name = catalog.Names.Intern("SELECT 1"), Thread = other, Target = worker },
            new() { Kind = EventKind.Allocation, Value = 8 * Second, Name = catalog.Names.Intern("System.Byte[]"), Thread = one, Target = shop },
            new() { Kind = EventKind.Request, Value = 4 * Second, Flow = flow, Span = span, Name = catalog.Names.Intern("GET /orders/{id}"), Thread = one, Target = shop, Flags = EventFlags.Error | EventFlags.Blocking },
        ];
        for (var i = 0; i < events.Length; i++) _history.Append(events[i] with { Time = Start + i * 60 * Second });
    }

    [TestMethod]
    [DataRow("", "0,1,2,3,4,5")]
    [DataRow("kind:exception", "1")]
    [DataRow("kind:EXCEPTION*", "1,2")]
    [DataRow("kind:sql,request", "3,5")]
    [DataRow("kind:sql,request kind:request,log", "5")]
    [DataRow("method:Orders.*", "1,2")]
    [DataRow("method:orders", "1,2,3")]
    [DataRow("method:*.Send", "3")]
    [DataRow("method:Orders.????", "2")]
    [DataRow("method:Orders.Take", "")]
    [DataRow("name:GET*", "0,5")]
    [DataRow("name:\"GET /orders\"", "0,5")]
    [DataRow("name:TimeoutException", "1")]
    [DataRow("flow:4bf92f35", "0,1,5")]
    [DataRow("flow:#1", "0,1,5")]
    [DataRow("span:00F067", "0,5")]
    [DataRow("thread:17", "0,1,2,3,4,5")]
    [DataRow("thread:17 target:Worker", "2,3")]
    [DataRow("target:4711", "0,1,4,5")]
    [DataRow("target:*o*", "0,1,2,3,4,5")]
    [DataRow("is:error", "1,5")]
    [DataRow("is:error,blocking", "5")]
    [DataRow("is:error is:blocking", "5")]
    [DataRow("dur>200ms", "3,5")]
    [DataRow("dur>500ms", "5")]
    [DataRow("dur>=500ms dur<4s", "3")]
    [DataRow("dur=4s", "5")]
    [DataRow("value>1000000000", "4,5")]
    [DataRow("after:-2m", "3,4,5")]
    [DataRow("after:+60s before:+3m", "1,2")]
    [DataRow("text:\"TIMED out\"", "1")]
    [DataRow("order:newest limit:2", "5,4")]
    [DataRow("past:3", "4,5")]
    [DataRow("past:3 order:newest limit:2", "2,1")]
    [DataRow("order:newest past:#1", "0")]
    [DataRow("id:4,2", "2,4")]
    [DataRow("id:4,2 kind:allocation", "4")]
    [DataRow("flow-of:1", "0,1,5")]
    [DataRow("flow:4bf92f35  kind:exception  method:OrderService.*  after:-5m  text:timed", "1")]
    public void A_question_finds_what_it_says(string text, string ids) => string.Join(',', Ask(text).Select(e => e.Id.Value)).ShouldBe(ids);

    [TestMethod]
    [DataRow("kind:excption", 5, "did you mean exception?")]
    [DataRow("kind:log,sqll", 9, "did you mean sql?")]
    [DataRow("kind:zz*", 5, "no kind of event")]
    [DataRow("is:eror", 3, "did you mean error?")]
    [DataRow("flow:77", 5, "no flow")]
    [DataRow("span:#99", 5, "no span")]
    [DataRow("target:Shpo", 7, "did you mean Shop?")]
    [DataRow("thread:x", 7, "is no number")]
    [DataRow("after:yesterday", 6, "is no time")]
    [DataRow("dur>5", 4, "is no duration")]
    [DataRow("value>many", 6, "is no whole number")]
    [DataRow("order:random", 6, "oldest or newest")]
    [DataRow("limit:-1", 6, "is no number")]
    [DataRow("past:here", 5, "no event's id")]
    [DataRow("id:77", 3, "no event 77")]
    [DataRow("causes:0,9", 9, "no event 9")]
    [DataRow("flow-of:3", 0, "of no flow")]
    [DataRow("cause:slow-sql", 6, "no findings")]
    [DataRow("text:a text:b", 7, "that is 'a' already")]
    [DataRow("kind:log dur>5s", 9, "none of these kinds has a duration")]
    [DataRow("kind:log kind:sql", 9, "both these kinds")]
    public void What_this_history_does_not_have_is_shown_at_its_character(string text, int at, string message)
    {
        QueryText.TryParse(text, out var query, out _).ShouldBeTrue();
        query.TryBind(_history, EventQuery.All, null, out _, out var mistake).ShouldBeFalse();
        mistake.At.ShouldBe(at);
        mistake.Message.ShouldContain(message);
    }

    [TestMethod]
    public void An_option_is_a_term_and_a_mistake_in_it_names_it()
    {
        var text = QueryText.All.And([QueryText.OfOption("--kind", "kind", ":", "sql", "excption")]);
        text.TryBind(_history, EventQuery.All, null, out _, out var mistake).ShouldBeFalse();
        mistake.ToString().Split(Environment.NewLine)[1..].ShouldBe(["  --kind sql excption", "             ^"]);
    }

    [TestMethod]
    public void No_text_makes_binding_throw_on_any_history()
    {
        var random = new Random(3);
        IHistory[] histories = [_history, new HotIndex(new(), new())];
        var bound = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (!QueryText.TryParse(QueryTextTests.Garbage(random), out var text, out _)) continue;
            foreach (var history in histories)
            {
                if (!text.TryBind(history, EventQuery.All, null, out var query, out var mistake)) mistake.ToString().ShouldNotBeEmpty();
                else
                {
                    query.Answer(history).Count.ShouldBeLessThanOrEqualTo(6);
                    bound++;
                }
            }
        }
        bound.ShouldBeGreaterThan(100);
    }

    List<StoredEvent> Ask(string text)
    {
        if (!QueryText.TryParse(text, out var query, out var mistake)) throw new AssertFailedException(mistake.ToString());
        return query.TryBind(_history, EventQuery.All, null, out var bound, out mistake) ? [.. bound.Answer(_history).Select(step => step.Stored)] : throw new AssertFailedException(mistake.ToString());
    }
}
