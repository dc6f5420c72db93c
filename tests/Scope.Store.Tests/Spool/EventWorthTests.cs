using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Store.Tests.Spool;

[TestClass]
public sealed class EventWorthTests
{
    [TestMethod]
    [DataRow(EventKind.CpuSample, EventWorth.Sample)]
    [DataRow(EventKind.Allocation, EventWorth.Sample)]
    [DataRow(EventKind.TaskScheduled, EventWorth.Sample)]
    [DataRow(EventKind.MethodCompiled, EventWorth.Sample)]
    [DataRow(EventKind.Metric, EventWorth.Sample)]
    [DataRow(EventKind.Request, EventWorth.Span)]
    [DataRow(EventKind.SqlStart, EventWorth.Span)]
    [DataRow(EventKind.GcPause, EventWorth.Span)]
    [DataRow(EventKind.Contention, EventWorth.Span)]
    [DataRow(EventKind.Log, EventWorth.Span)]
    [DataRow(EventKind.Link, EventWorth.Span)]
    [DataRow(EventKind.ExceptionThrown, EventWorth.Error)]
    [DataRow(EventKind.MethodException, EventWorth.Error)]
    [DataRow(EventKind.ProcessExited, EventWorth.Error)]
    [DataRow(EventKind.Snapshot, EventWorth.Error)]
    [DataRow(EventKind.Loss, EventWorth.Error)]
    public void Samples_are_worth_less_than_spans_and_spans_less_than_errors(EventKind kind, EventWorth worth)
    {
        EventWorths.Of(new ScopeEvent { Kind = kind }).ShouldBe(worth);
        EventWorths.Of(new ScopeEvent { Kind = kind, Flags = EventFlags.Error }).ShouldBe(EventWorth.Error);
    }

    [TestMethod]
    public void Every_kind_has_a_worth() => EventKinds.All.Select(rule => EventWorths.Of(rule.Kind)).Distinct().Count().ShouldBe(3);
}
