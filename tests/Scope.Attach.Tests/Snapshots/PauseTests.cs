// What a snapshot costs its target, and what it refuses.
using System.Globalization;
using Scope.Attach.Port;
using Scope.Attach.Snapshots;
using Scope.Attach.Snapshots.Analysis;
using Scope.Attach.Snapshots.Capture;
using Scope.Events.Snapshots;

namespace Scope.Attach.Tests.Snapshots;

[TestClass]
public sealed class PauseTests
{
    [TestMethod]
    public async Task The_pause_that_is_told_is_the_one_that_the_target_feels()
    {
        await using var target = await StuckTarget.StartAsync("heap 50");
        // Once before: a busy machine stops the target too, and says so by a gap without us.
        await target.DoAsync("gap-reset");
        var state = target.Look(SnapshotLevel.Copy);
        var gapMillis = long.Parse(await target.DoAsync("gap"), CultureInfo.InvariantCulture) / 1000.0;
        gapMillis.ShouldBeGreaterThan(state.PauseNanos / 1e6 * 0.8);
        state.Heap!.Bytes.ShouldBeGreaterThan(50 << 20);
    }

    [TestMethod]
    public async Task A_busy_collector_does_not_spoil_the_heap()
    {
        await using var target = await StuckTarget.StartAsync("heap 20", "churn");
        for (var i = 0; i < 5; i++)
        {
            var state = target.Look(SnapshotLevel.Copy);
            state.Attempts.ShouldBeInRange(1, Scope.Events.Limits.SnapshotAttempts);
            // Where every attempt met a collection it is said, and where the heap outgrew the room that was made for it; what was copied is walked.
            state.Missing.ShouldNotContain(m => m.Why.Contains("walked"));
            if (!state.IsHeapWhole) state.Missing.ShouldContain(m => m.Part == "heap");
            if (!state.IsHeapWhole || state.Heap is null) continue;
            state.Heap.LiveBytes.ShouldBeInRange(20 << 20, state.Heap.Bytes);
            state.Heap.Types.ShouldContain(t => t.Name == "Scope.Targets.Stuck.Leaf" && t.LiveCount == 20 * (1 << 20) / 32);
        }
    }

    [TestMethod]
    public async Task What_would_take_too_long_is_refused_with_the_number()
    {
        await using var target = await StuckTarget.StartAsync("gap-reset");
        var failure = Snapshotter.Take(new() { Pid = target.Pid, MaxPauseMillis = 1 }).Failure!;
        failure.IsForbidden.ShouldBeTrue();
        failure.Message.ShouldContain("more than the 1 ms allowed");
        failure.Message.ShouldContain("--max-pause");
        Snapshotter.Take(new() { Pid = int.MaxValue, MaxPauseMillis = 1000 }).Failure!.Reason.ShouldBe(AttachReason.Gone);
    }

    [TestMethod]
    public async Task What_holds_is_let_go_whatever_happens()
    {
        await using var target = await StuckTarget.StartAsync("threads 20");
        // The thread that holds it ends without letting go.
        var holder = new Thread(() =>
        {
            var threads = StoppedThreads.Take(target.Pid).Value;
            threads.Stop().ShouldBeNull();
            threads.Threads.Count.ShouldBeGreaterThan(20);
        });
        holder.Start();
        holder.Join();
        (await target.DoAsync("gap-reset")).ShouldBe("ok");
    }

    [TestMethod]
    public async Task Where_another_tracer_is_on_it_the_way_out_is_said()
    {
        await using var target = await StuckTarget.StartAsync("gap-reset");
        using var taken = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var tracer = new Thread(() =>
        {
            using var threads = StoppedThreads.Take(target.Pid).Value;
            taken.Set();
            done.Wait();
        });
        tracer.Start();
        taken.Wait();
        var failure = Snapshotter.Take(new() { Pid = target.Pid, MaxPauseMillis = 60_000 }).Failure!;
        done.Set();
        tracer.Join();
        failure.IsForbidden.ShouldBeTrue();
        failure.Message.ShouldContain("--level dump");
        (await target.DoAsync("gap-reset")).ShouldBe("ok");
        target.Look().Threads.ShouldNotBeEmpty();
    }

    [TestMethod]
    public void The_kernels_map_is_read()
    {
        MemoryMap.Parse("7f1c2a000000-7f1c2a021000 rw-p 00000000 00:00 0").ShouldBe(new MemoryRegion(0x7f1c2a000000, 0x7f1c2a021000, false, 0, ""));
        MemoryMap.Parse("7f1c-7f2c r--p 0001f000 fe:00 1234                       /usr/lib/a b.so")!.Value.FileOffset.ShouldBe(0x1f000UL);
        MemoryMap.Parse("7f1c-7f2c r-xs 00000000 00:01 77 /memfd:doublemapper (deleted)")!.Value.IsRuntimes.ShouldBeTrue();
        MemoryMap.Parse("7f1c-7f2c ---p 00000000 00:00 0").ShouldBeNull();
        MemoryMap.Parse("7ffd-7ffe r--p 00000000 00:00 0 [vvar]").ShouldBeNull();
        MemoryMap.Parse("garbage").ShouldBeNull();
    }

    [TestMethod]
    [DataRow("System.Collections.Generic.Dictionary<System.String, System.Object>+Entry", "System.Collections.Generic.Dictionary+Entry")]
    [DataRow("Shop.Orders+<Load>d__3<System.Int32>", "Shop.Orders+<Load>d__3")]
    [DataRow("Shop.Orders+<>c__DisplayClass0_0", "Shop.Orders+<>c__DisplayClass0_0")]
    [DataRow("System.Collections.Generic.List`1", "System.Collections.Generic.List")]
    [DataRow("<Program>$", "<Program>$")]
    public void Names_are_plain(string told, string plain) => TypeNames.Plain(told).ShouldBe(plain);

    [TestMethod]
    public void Circles_are_found_once_each()
    {
        var edges = ((int, int)[])[(0, 1), (1, 2), (2, 0), (3, 1), (4, 5), (5, 4), (6, 7)];
        var cycles = WaitGraphPart.Cycles(8, [.. edges.Select(e => new WaitEdge(e.Item1, e.Item2, ""))]);
        cycles.Select(c => string.Join(' ', c.Nodes)).ShouldBe(["0 1 2", "4 5"]);
    }
}
