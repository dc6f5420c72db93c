// Texts of /proc, with what is awkward in them; and the counters of a real process.
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class ProcessFileTests
{
    [TestMethod]
    public void A_command_with_spaces_and_brackets_does_not_shift_the_numbers()
    {
        var stat = ProcStat.Parse("42 (a ) (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 9 0 123456 1000000 2048 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0")!.Value;
        stat.ShouldBe(new ProcStat("a ) (b) c", 'S', 7, 150, 50, 9, 123456, 2048));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("42 (cut")]
    [DataRow("42 (cut)")]
    [DataRow("42 (cut) S 1 2 3")]
    public void A_torn_line_is_no_line(string text) => ProcStat.Parse(text).ShouldBeNull();

    [TestMethod]
    public async Task CPU_time_is_counted_for_the_thread_that_used_it()
    {
        using var target = await IdleTarget.StartAsync();
        var counters = new ProcessCounters(target.Pid);
        var threads = new List<ThreadUsage>();
        counters.TryReadThreads(threads).ShouldBeTrue();
        var before = threads.ToDictionary(t => t.ThreadId, t => t.CpuNanos);
        counters.TryRead(out var process).ShouldBeTrue();
        await target.DoAsync("spin 200");
        counters.TryReadThreads(threads).ShouldBeTrue();
        var busiest = threads.MaxBy(t => t.CpuNanos - before.GetValueOrDefault(t.ThreadId));
        busiest.ThreadId.ShouldBe(target.Pid); // The main thread did it.
        (busiest.CpuNanos - before[busiest.ThreadId]).ShouldBeInRange(100_000_000, 300_000_000);
        counters.TryRead(out var after).ShouldBeTrue();
        after.CpuNanos.ShouldBeGreaterThan(process.CpuNanos);
        after.Threads.ShouldBeInRange(threads.Count - 3, threads.Count + 3);
        after.ResidentBytes.ShouldBeGreaterThan(10 << 20);
    }

    [TestMethod]
    public async Task A_process_that_is_gone_has_no_counters()
    {
        using var target = await IdleTarget.StartAsync();
        var counters = new ProcessCounters(target.Pid);
        await target.KillAsync();
        counters.TryRead(out _).ShouldBeFalse();
        counters.TryReadThreads([]).ShouldBeFalse();
    }
}
