using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scope.Events.Tests;

[TestClass]
public sealed class ScopeEventTests
{
    [TestMethod]
    public void An_event_is_one_cache_line_and_blittable()
    {
        Unsafe.SizeOf<ScopeEvent>().ShouldBe(64);
        RuntimeHelpers.IsReferenceOrContainsReferences<ScopeEvent>().ShouldBeFalse();
        Marshal.OffsetOf<ScopeEvent>(nameof(ScopeEvent.Kind)).ToInt32().ShouldBe(16);
        Marshal.OffsetOf<ScopeEvent>(nameof(ScopeEvent.Related)).ToInt32().ShouldBe(60);
    }

    [TestMethod]
    public void No_public_field_of_an_event_is_a_bare_id()
    {
        var bare = typeof(ScopeEvent).GetFields().Where(f => !f.IsLiteral && f.FieldType == typeof(int)).Select(f => f.Name);
        bare.ShouldBeEmpty("an id needs a handle type of its own");
    }

    [TestMethod]
    public void Every_kind_has_a_rule_and_a_name_of_its_own()
    {
        var kinds = Enum.GetValues<EventKind>().Where(k => k != EventKind.None).ToArray();
        EventKinds.All.Select(r => r.Kind).ShouldBe(kinds);
        EventKinds.All.Select(r => r.Text).ShouldBeUnique();
        kinds.Max(k => (int)k).ShouldBeLessThan(64, "a set of kinds is one ulong");
        foreach (var kind in kinds)
        {
            EventKinds.TryParse(kind.Text(), out var back).ShouldBeTrue();
            back.ShouldBe(kind);
        }
    }

    [TestMethod]
    public void A_kind_with_a_duration_begins_before_its_time_and_others_do_not()
    {
        var request = new ScopeEvent { Kind = EventKind.Request, Time = new(1000), Value = 300 };
        var log = new ScopeEvent { Kind = EventKind.Metric, Time = new(1000), Value = 300 };
        request.StartTime.ShouldBe(new EventTime(700));
        log.StartTime.ShouldBe(new EventTime(1000));
    }

    [TestMethod]
    public void An_empty_set_of_kinds_filters_nothing_and_contains_nothing()
    {
        KindSet.All.Passes(EventKind.Sql).ShouldBeTrue();
        KindSet.All.Contains(EventKind.Sql).ShouldBeFalse();
        KindSet.Spans.Contains(EventKind.Sql).ShouldBeTrue();
        KindSet.Spans.Passes(EventKind.Log).ShouldBeFalse();
        KindSet.Of(EventKind.Log).Single.ShouldBe(EventKind.Log);
        KindSet.Spans.Single.ShouldBe(EventKind.None);
    }

    [TestMethod]
    public void Time_goes_to_an_instant_and_back_to_the_nanosecond()
    {
        var time = new EventTime(1_795_000_000_123_456_789);
        EventTime.From(time.ToInstant()).ShouldBe(time);
        time.ToString().ShouldEndWith(".123456789Z");
    }
}
