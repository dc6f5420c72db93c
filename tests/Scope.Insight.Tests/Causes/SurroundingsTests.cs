// What the machine and the control group do to a target: each cause in a story that has it, and in one that only looks like it.
using Scope.Events;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class SurroundingsTests
{
    const double Seconds = 20;

    [TestMethod]
    public void A_quota_that_stops_the_target_in_every_other_period_is_named_with_its_size()
    {
        var finding = On(cores: 4, own: 0.5, busy: 1).Metric(HostMetrics.CpuLimit, Seconds, _ => 0.5).Metric(HostMetrics.Throttled, Seconds, _ => 0.5).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("cgroup-throttling", "CPU quota of 0.5 processors", Severity.Warning));
        finding.Evidence.ShouldNotBeEmpty();
    }

    [TestMethod]
    public void A_quota_that_is_met_now_and_then_is_no_finding() =>
        On(cores: 4, own: 0.5, busy: 1).Metric(HostMetrics.CpuLimit, Seconds, _ => 2).Metric(HostMetrics.Throttled, Seconds, at => at == 8 ? 0.4 : 0).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void Memory_at_the_edge_of_its_limit_is_critical()
    {
        var finding = On(cores: 4, own: 0.5, busy: 1).Metric(HostMetrics.MemoryLimit, Seconds, _ => 1 << 30).Metric(HostMetrics.MemoryUsed, Seconds, at => (0.7 + at / 70) * (1 << 30)).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Severity).ShouldBe(("memory-limit-near", Severity.Critical));
    }

    [TestMethod]
    public void Memory_at_three_quarters_of_its_limit_is_where_the_runtime_lets_it_rest() =>
        On(cores: 4, own: 0.5, busy: 1).Metric(HostMetrics.MemoryLimit, Seconds, _ => 1 << 30).Metric(HostMetrics.MemoryUsed, Seconds, _ => 0.76 * (1 << 30)).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void Another_process_that_fills_the_machine_is_named_when_the_target_waits_for_it()
    {
        var finding = On(cores: 2, own: 0.3, busy: 2).Metric(HostMetrics.CpuWait, Seconds, _ => 0.6).Metric("neighbour/backup (77), cores", Seconds, _ => 1.6).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("noisy-neighbour", "backup (77)"));
    }

    [TestMethod]
    public void Collections_that_take_long_because_another_process_has_the_processors_are_that_process_doing()
    {
        var story = On(cores: 2, own: 0.3, busy: 2).Metric(HostMetrics.CpuWait, Seconds, _ => 1.6).Metric("neighbour/backup (77), cores", Seconds, _ => 1.6);
        story.Traffic("GET /who", 20, Seconds, 600);
        for (var i = 0; i < 10; i++) story.Collection(i * 1800, 250);
        var findings = story.Diagnosed();
        findings[0].Cause.ShouldBe("noisy-neighbour");
        findings.ShouldNotContain(f => f.Cause == "gc-pressure");
    }

    [TestMethod]
    public void Processes_of_one_command_are_one_neighbour_however_many_were_seen()
    {
        var finding = On(cores: 2, own: 0.1, busy: 2).Metric(HostMetrics.CpuWait, Seconds, _ => 2)
            .Metric("neighbour/job (6 processes), cores", Seconds / 2, _ => 1.8).Metric("neighbour/job (5 processes), cores", Seconds / 2, _ => 1.7).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("noisy-neighbour", "job (6 processes)"));
        finding.Severity.ShouldBe(Severity.Info, "its requests are quick all the same");
    }

    [TestMethod]
    public void A_neighbour_takes_no_more_from_requests_than_threads_waited_for()
    {
        var story = On(cores: 2, own: 0.1, busy: 2).Metric(HostMetrics.CpuWait, Seconds, _ => 1).Metric("neighbour/backup (77), cores", Seconds, _ => 1.6);
        story.Traffic("GET /who", 20, Seconds, 600, (work, at) => work.Call("GET identity", at, 590));
        var findings = story.Diagnosed();
        findings[0].Cause.ShouldBe("slow-dependency");
        findings.ShouldContain(f => f.Cause == "noisy-neighbour" && f.Severity < Severity.Critical);
    }

    [TestMethod]
    public void A_heap_at_its_own_hard_limit_is_told_by_the_setting()
    {
        var finding = AtHeapLimit(heapMegabytes: 54).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("memory-limit-near", "memory limit of 64 MB (DOTNET_GCHeapHardLimit)"));
    }

    [TestMethod]
    public void A_heap_of_which_little_survives_may_use_all_that_it_was_given() => AtHeapLimit(heapMegabytes: 20).Diagnosed().ShouldBeEmpty();

    static Story AtHeapLimit(int heapMegabytes)
    {
        var story = On(cores: 2, own: 0.3, busy: 1).Metric(HostMetrics.HeapLimitPrefix + "DOTNET_GCHeapHardLimit), bytes", Seconds, _ => 64 << 20).Metric(HostMetrics.HeapCommitted, Seconds, _ => 65);
        for (var at = 1000; at < 20_000; at += 1000) story.Add(EventKind.GcHeap, at, e => e with { Value = (long)heapMegabytes << 20 });
        return story;
    }

    [TestMethod]
    public void A_target_that_fills_the_machine_itself_has_no_neighbour_to_blame() =>
        On(cores: 2, own: 1.4, busy: 2).Metric(HostMetrics.CpuWait, Seconds, _ => 2).Metric("neighbour/client (77), cores", Seconds, _ => 0.5).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void Time_that_the_hypervisor_takes_is_blamed_on_it() =>
        On(cores: 2, own: 0.3, busy: 1).Metric(HostMetrics.MachineSteal, Seconds, _ => 0.6).Diagnosed().ShouldHaveSingleItem().Culprit.ShouldBe("the hypervisor (steal time)");

    [TestMethod]
    public void A_server_collector_with_many_heaps_in_half_a_processor_does_not_fit()
    {
        var story = On(cores: 16, own: 0.5, busy: 1).Metric(HostMetrics.CpuLimit, Seconds, _ => 0.5).Metric(HostMetrics.ServerGcThreads, Seconds, _ => 16);
        for (var at = 100; at < 20_000; at += 500) story.Collection(at, 40);
        story.Diagnosed().ShouldHaveSingleItem().Cause.ShouldBe("server-gc-mismatch");
    }

    [TestMethod]
    public void A_server_collector_with_two_threads_for_each_processor_fits() =>
        On(cores: 2, own: 0.5, busy: 1).Metric(HostMetrics.ServerGcThreads, Seconds, _ => 4).Diagnosed().ShouldBeEmpty();

    static Story On(int cores, double own, double busy) => new Story()
        .Traffic("GET /stock", 20, Seconds, 5)
        .Metric(HostMetrics.MachineCores, Seconds, _ => cores)
        .Metric(HostMetrics.MachineBusy, Seconds, _ => busy)
        .Metric(HostMetrics.Cpu, Seconds, _ => own);
}
