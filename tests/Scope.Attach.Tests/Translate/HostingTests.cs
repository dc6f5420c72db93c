// Requests as the hosting layer tells them, while we attach in the middle of one: the bridge may begin between its start
// and its end, and a request that was begun must not stay open for ever.
using System.Text;
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class HostingTests
{
    static readonly Guid First = new("00000011-0000-0000-0000-000000001122"), Second = new("00000012-0000-0000-0000-000000001122");

    readonly ListSink _sink = new();
    readonly NettraceTranslator _translator;
    readonly NettraceMetadata _start = Sort("Microsoft.AspNetCore.Hosting", "RequestStart"), _stop = Sort("Microsoft.AspNetCore.Hosting", "RequestStop"),
        _bridged = Sort("Microsoft-Diagnostics-DiagnosticSource", "ActivityStart");
    readonly byte[] _request = [.. Encoding.Unicode.GetBytes("GET\0"), .. Encoding.Unicode.GetBytes("/ok\0")];

    public HostingTests()
    {
        var catalog = new Catalog();
        var target = catalog.Targets.Add(new(1, "t", "", "", "", "", EventTime.Min, 0, ""));
        _translator = new(target, catalog, new Ledger(), _sink, new TargetSymbols(target, catalog), StreamClock.Recorded(), "test");
        foreach (var sort in (NettraceMetadata[])[_start, _stop, _bridged]) _translator.Metadata(sort);
    }

    [TestMethod]
    public void A_request_that_began_before_the_bridge_ends_here()
    {
        Tell(_start, First, _request);
        Tell(_bridged, First, []);
        Tell(_stop, First, []);
        _sink.Kinds.ShouldBe([EventKind.RequestStart, EventKind.Request]);
    }

    [TestMethod]
    public void A_request_that_begins_beside_the_bridge_is_left_to_it()
    {
        Tell(_bridged, First, []);
        Tell(_start, Second, _request);
        Tell(_stop, Second, []);
        _sink.Kinds.ShouldBeEmpty();
    }

    [TestMethod]
    public void Requests_bring_no_stack_though_an_older_runtime_tells_one()
    {
        _translator.Stack(1, new byte[16]);
        Tell(_start, First, _request, stack: 1);
        _sink.Events.ShouldHaveSingleItem().Stack.IsNone.ShouldBeTrue();
    }

    void Tell(NettraceMetadata sort, Guid activity, byte[] payload, int stack = 0) =>
        _translator.Event(sort, new() { Ticks = 1, ThreadId = 7, ActivityId = activity, StackId = stack }, payload);

    static NettraceMetadata Sort(string provider, string name) => new(1, provider, 0, name, 1, 4, 0, 0, []);

    sealed class ListSink : IEventSink
    {
        public List<ScopeEvent> Events { get; } = [];

        public IEnumerable<EventKind> Kinds => Events.Select(e => e.Kind);

        public EventId Append(in ScopeEvent e)
        {
            Events.Add(e);
            return new(Events.Count - 1);
        }

        public void Advance(EventTime noneBefore) { }
    }
}
