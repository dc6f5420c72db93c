// When rules fire: bounds in their units, multiples of what is usual, times of the clock, and limits that outlive a restart.
using Scope.Agent.Live;
using Scope.Agent.Watch;
using Scope.Agent.Watch.Actions;
using Scope.Agent.Watch.Triggers;
using Scope.Events;
using Scope.Insight;

namespace Scope.Agent.Tests.Watch;

[TestClass]
public sealed class TriggerTests
{
    static readonly EventTime s_start = EventTime.From(new DateTime(2026, 11, 21, 3, 0, 0, DateTimeKind.Utc));

    [TestMethod]
    [DataRow("500ms", "Time", 500e6)]
    [DataRow("5%", "Share", 0.05)]
    [DataRow("200MB", "Bytes", 200.0 * 1048576)]
    [DataRow("1.5GB", "Bytes", 1.5 * 1073741824)]
    [DataRow("100", "Count", 100.0)]
    [DataRow("3x", "Time", 3.0)]
    public void A_bound_is_read_in_its_unit(string text, string unit, double value)
    {
        Bound.TryParse(text, Enum.Parse<BoundUnit>(unit), out var bound).ShouldBeTrue();
        bound.Value.ShouldBe(value, 1e-6);
        bound.IsMultiple.ShouldBe(text.EndsWith('x'));
    }

    [TestMethod]
    [DataRow("5", "Time")]
    [DataRow("5", "Share")]
    [DataRow("5MB", "Count")]
    [DataRow("x", "Count")]
    [DataRow("-2x", "Count")]
    [DataRow("", "Bytes")]
    public void What_is_no_bound_of_the_unit_is_refused(string text, string unit) => Bound.TryParse(text, Enum.Parse<BoundUnit>(unit), out _).ShouldBeFalse();

    [TestMethod]
    public void A_figure_fires_when_it_has_passed_its_bound_for_long_enough()
    {
        var state = new RuleState(Rule("queue-length", above: "100") with { For = TimeSpan.FromSeconds(3) });
        int[] queue = [500, 500, 0, 500, 500, 500, 500];
        queue.Select((length, second) => state.Look(Sight(second, queue: length)) is not null).ShouldBe([false, false, false, false, false, false, true]);
        state.Look(Sight(7, queue: 500)).ShouldBe("queue-length is 500, above 100, for 3 s");
    }

    [TestMethod]
    public void A_bound_below_fires_for_what_is_missing()
    {
        var state = new RuleState(Rule("request-rate", below: "1"));
        state.Look(Sight(0, requests: 20)).ShouldBeNull();
        state.Look(Sight(1, requests: 0)).ShouldBe("request-rate is 0, below 1");
    }

    [TestMethod]
    public void Few_requests_have_no_percentile_and_no_share_of_errors()
    {
        new RuleState(Rule("request-p99", above: "1ms")).Look(Sight(0, requests: 0.5, p99: 900_000_000)).ShouldBeNull();
        new RuleState(Rule("request-errors", above: "1%")).Look(Sight(0, requests: 50, errors: 5)).ShouldBe("request-errors is 10 %, above 1%");
    }

    [TestMethod]
    public void A_multiple_is_of_what_was_usual_and_fires_at_nothing_while_that_is_not_known()
    {
        var state = new RuleState(Rule("queue-length", above: "3x"));
        state.Look(Sight(0, queue: 1000)).ShouldBeNull();
        for (var second = 1; second < 120; second++) state.Look(Sight(second, queue: 40 + second % 10)).ShouldBeNull();
        state.Look(Sight(120, queue: 130)).ShouldBeNull();
        state.Look(Sight(121, queue: 140)).ShouldBe("queue-length is 140, above 3x its usual 45");
    }

    [TestMethod]
    public void Events_that_fit_are_counted_for_ten_seconds()
    {
        var catalog = new Catalog();
        var tally = new EventTally(TriggerTable.Find("exception")!, new("Timeout*"), catalog);
        void Throw(string type, int second) => tally.Count(new() { Kind = EventKind.ExceptionThrown, Name = catalog.Names.Intern(type), Time = At(second) });
        Throw("System.TimeoutException", 0);
        Throw("System.TimeoutException", 5);
        Throw("System.FormatException", 5);
        tally.Figure(At(5)).ShouldBe(2);
        tally.Figure(At(12)).ShouldBe(1);
        tally.Figure(At(40)).ShouldBe(0);
    }

    [TestMethod]
    public void A_log_record_fits_by_its_category_or_by_its_message_and_the_reason_repeats_nothing_of_it()
    {
        var catalog = new Catalog();
        var tally = new EventTally(TriggerTable.Find("log")!, new("quota"), catalog);
        var writer = new PayloadWriter(new byte[1000], catalog.Redactor);
        writer.Add(catalog.Names.Intern("message"), "the quota of anna is used up");
        tally.Count(new() { Kind = EventKind.Log, Name = catalog.Names.Intern("Shop.Orders"), Payload = catalog.Payloads.Add(writer.Written), Time = At(0) });
        tally.Count(new() { Kind = EventKind.Log, Name = catalog.Names.Intern("Shop.QuotaCheck"), Time = At(0) });
        tally.Count(new() { Kind = EventKind.Log, Name = catalog.Names.Intern("Shop.Carts"), Time = At(0) });
        tally.Figure(At(1)).ShouldBe(2);
    }

    [TestMethod]
    public void A_hit_of_a_probe_is_counted_once_and_fits_by_its_method_as_it_was_written()
    {
        var catalog = new Catalog();
        var tally = new EventTally(TriggerTable.ProbeHit, new("Till.PayAsync"), catalog);
        var changed = catalog.Names.Intern("Shop.Till.PayAsync.served");
        void Hit(EventKind kind, string type, string method, NameId name = default) => tally.Count(new() { Kind = kind, Method = catalog.Methods.Intern(new(default, 0, type, method, "")), Name = name, Time = At(0) });
        Hit(EventKind.MethodLeave, "Shop.Till+<PayAsync>d__4", "MoveNext");
        Hit(EventKind.StateChange, "Shop.Till+<PayAsync>d__4", "MoveNext", changed);
        Hit(EventKind.MethodException, "Shop.Till", "PayAsync", catalog.Names.Intern("System.TimeoutException"));
        Hit(EventKind.MethodEnter, "Shop.Till", "PayAsync"); // A line in it.
        Hit(EventKind.MethodLeave, "Shop.Till", "Take", changed);
        tally.Figure(At(1)).ShouldBe(3);
    }

    [TestMethod]
    public void A_finding_fires_from_its_severity_on()
    {
        var state = new RuleState(Rule("finding") with { Of = "lock-*", Severity = Severity.Critical });
        state.Look(Sight(0, finding: ("lock-contention", Severity.Warning))).ShouldBeNull();
        state.Look(Sight(1, finding: ("gc-pressure", Severity.Critical))).ShouldBeNull();
        state.Look(Sight(2, finding: ("lock-contention", Severity.Critical))).ShouldBe("critical finding lock-contention");
    }

    [TestMethod]
    public void An_end_fires_by_its_exit_code()
    {
        var any = new RuleState(Rule("exit"));
        var error = new RuleState(Rule("exit") with { Of = TargetEnd.Error });
        (any.LookAtEnd(0), any.LookAtEnd(null)).ShouldBe(("it ended with exit code 0", "it ended; how is not known"));
        (error.LookAtEnd(0), error.LookAtEnd(null), error.LookAtEnd(139)).ShouldBe((null, null, "it ended with exit code 139"));
    }

    [TestMethod]
    [DataRow("* * * * *", "2026-11-21T03:00", true)]
    [DataRow("0 3 * * *", "2026-11-21T03:00", true)]
    [DataRow("0 3 * * *", "2026-11-21T03:01", false)]
    [DataRow("*/15 * * * *", "2026-11-21T03:45", true)]
    [DataRow("*/15 * * * *", "2026-11-21T03:46", false)]
    [DataRow("30 8-18 * * 1-5", "2026-11-20T12:30", true)]
    [DataRow("30 8-18 * * 1-5", "2026-11-21T12:30", false)]
    [DataRow("0 0 1,15 * *", "2026-11-15T00:00", true)]
    [DataRow("0 0 1 * 0", "2026-11-22T00:00", true)]
    [DataRow("0 0 1 * 7", "2026-11-22T00:00", true)]
    [DataRow("0 0 1 12 *", "2026-11-01T00:00", false)]
    public void A_time_of_crontab_is_read_as_cron_reads_it(string line, string time, bool isIn) =>
        CronTime.TryParse(line).ShouldNotBeNull().IsIn(DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(isIn);

    [TestMethod]
    [DataRow("")]
    [DataRow("* * * *")]
    [DataRow("60 * * * *")]
    [DataRow("5-1 * * * *")]
    [DataRow("*/0 * * * *")]
    [DataRow("a * * * *")]
    [DataRow("1--2 * * * *")]
    public void What_is_no_time_of_crontab_is_refused(string line) => CronTime.TryParse(line).ShouldBeNull();

    [TestMethod]
    public void A_rule_rests_for_its_cool_down_and_fires_so_many_times_a_day_also_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("scope-audit-");
        var told = new List<string>();
        var audit = new AuditLog(folder.FullName, told.Add);
        var rule = Rule("exit") with { TimesADay = 3, CoolDown = TimeSpan.FromMinutes(10) };
        var limits = new RuleLimits([]);
        var noon = new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);
        bool Fire(RuleLimits at, int minutes, string service = "shop") => at.TryFire(rule, service, noon.AddMinutes(minutes), out _);
        (Fire(limits, 0), Fire(limits, 9), Fire(limits, 9, "billing"), Fire(limits, 11), Fire(limits, 60)).ShouldBe((true, false, true, true, false));
        limits.TryFire(rule, "shop", noon.AddMinutes(80), out var why).ShouldBeFalse();
        why.ShouldBeNull("it is told once a day");
        Fire(limits, 24 * 60).ShouldBeTrue();

        audit.Add(AuditLog.Fired, "it ended with exit code 137", rule: rule.Name);
        File.AppendAllText(Path.Combine(folder.FullName, AuditLog.FileName), "{\"time\":\"2026-11-2"); // As a kill leaves it.
        audit.Add(AuditLog.Fired, "it ended with exit code 137", rule: rule.Name);
        audit.Read().Count.ShouldBe(2);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.Combine(folder.FullName, AuditLog.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var again = new RuleLimits(audit.Read());
        again.TryFire(rule, "", DateTime.UtcNow, out _).ShouldBeFalse();
        told.ShouldContain("rule exit: fired: it ended with exit code 137");
        folder.Delete(recursive: true);
    }

    [TestMethod]
    public void Shares_are_equal_within_a_floor_and_never_more_than_all()
    {
        var limits = new Scope.Agent.Configuration.LimitSettings(1 << 23, 140L << 20, null, 56L << 20, 1 << 18);
        var (one, four, many) = (FairShares.Of(limits, 1), FairShares.Of(limits, 4), FairShares.Of(limits, 50));
        (one.Hot.Bytes, one.PayloadBytes, one.RingEvents).ShouldBe((140L << 20, 56L << 20, 1 << 18));
        (four.Hot.Bytes, four.PayloadBytes, four.RingEvents).ShouldBe((35L << 20, 14L << 20, 1 << 16));
        (many.Hot.Bytes, many.PayloadBytes, many.RingEvents).ShouldBe((Limits.WatchedHotBytes, Limits.WatchedPayloadBytes, Limits.WatchedRingEvents));
    }

    [TestMethod]
    public void A_process_that_may_have_little_memory_holds_less_than_half_of_it()
    {
        var limits = new Scope.Agent.Configuration.LimitSettings(1 << 23, 140L << 20, null, 56L << 20, 1 << 18);
        const long Room = 120 << 20;
        var little = FairShares.Of(limits, 1, Room);
        (little.Hot.Bytes + little.PayloadBytes + 6 * 64 * little.RingEvents).ShouldBeLessThan(Room / 2);
        FairShares.Of(limits, 1, 8L << 30).ShouldBe(FairShares.Of(limits, 1));
    }

    static EventTime At(int second) => s_start + second * 1_000_000_000L;

    static WatchRule Rule(string trigger, string above = "", string below = "")
    {
        var row = TriggerTable.Find(trigger)!;
        return new()
        {
            Name = trigger, Trigger = row, Do = [ActionTable.Freeze],
            Above = Bound.TryParse(above, row.Unit, out var a) ? a : null, Below = Bound.TryParse(below, row.Unit, out var b) ? b : null,
        };
    }

    static Sight Sight(int second, double requests = 0, double errors = 0, long p99 = 0, long queue = 0, (string Cause, Severity Severity)? finding = null)
    {
        var figures = new LiveNumbers(new()).Sum() with { WindowSeconds = 10, RequestsPerSecond = requests, ErrorsPerSecond = errors, P99Nanos = p99, PoolQueue = queue };
        Finding[] findings = finding is var (cause, severity) ? [new() { Cause = cause, Culprit = "x", Severity = severity, Confidence = 1, Summary = "s", Advice = "a", Evidence = [] }] : [];
        var status = new LiveStatus("shop (1)", TimeSpan.Zero, null, 0, 0, 0, 0, 0, 0, LedgerSummary.Empty, new(EventTime.Min, EventTime.Max, findings));
        return new(figures, status, At(second), 0, 0);
    }
}
