// Probes in methods of a running target tell the truth: how often, with what values, how it ended. And the target does not
// notice, whatever its methods look like.
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeProbeTests
{
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    [TestInitialize]
    public async Task NeedsTheLibrary() => await NativeLibrary.NeedAsync();

    [TestMethod]
    public async Task A_method_is_timed_and_gets_its_code_back()
    {
        await using var target = await ProbedTarget.StartAsync();
        var add = target.Order("Plain", "Add");
        await target.ArmAsync(add);
        target.Status(add).State.ShouldBe((uint)ProbeState.Pending);
        (await target.AskAsync("each 50")).ShouldBe("");
        var hits = await target.HitsAsync(add, 50);
        hits.Count.ShouldBe(50);
        hits.ShouldAllBe(h => h.Record.Kind == HookKind.ProbeLeave && h.Record.DurationTicks >= 0 && h.Record.Depth == 1);
        hits.Select(h => h.Record.Call).ShouldBeUnique();
        await target.StateAsync(add, ProbeState.Armed);
        (target.Region.Native.EventMask, await target.AskAsync(NativeCommand.Detach)).ShouldBe((0x40000u, unchecked((int)0x80131370)), "it stays from the first probe on, and says so");
        target.Region.Probes!.SetGate(add.Probe, open: false);
        await target.AskAsync("each 50");
        target.Collect();
        target.Hits.Count.ShouldBe(50, "the gate is closed");
        (await target.AskAsync(NativeCommand.Disarm, add.Probe)).ShouldBe(0);
        (target.Status(add).State, target.Status(add).Hits, target.Status(add).Dropped).ShouldBe(((uint)ProbeState.Reverted, 50ul, 0ul));
        (await target.AskAsync("each 50")).ShouldBe("");
        target.Collect();
        target.Hits.Count.ShouldBe(50);
        NativeRefusal.Explain(await target.AskAsync(NativeCommand.Disarm, add.Probe)).ShouldContain("no armed probe");
    }

    [TestMethod]
    public async Task Code_of_every_shape_does_what_it_did_while_probes_come_and_go_under_load()
    {
        await using var target = await ProbedTarget.StartAsync(slotsPower: 13);
        await target.AskAsync("load 2");
        for (int round = 0; round < 4; round++)
        {
            var orders = target.AllMethods().Select(m => target.Order(m.Token, Timing)).ToArray();
            await target.ArmAsync(orders);
            orders.Where(o => target.Status(o).State == (uint)ProbeState.Refused).Select(o => $"{o.Method:X} {NativeRefusal.Explain(target.Status(o).Result)}").ShouldBeEmpty();
            await Deadline.UntilAsync("the checks to run through every probe", () =>
            {
                target.Collect();
                return orders.Count(o => target.Status(o).Hits > 0) > 80;
            });
            (await target.AskAsync(NativeCommand.DisarmAll)).ShouldBe(0);
        }
        (await target.AskAsync("stop")).ShouldMatch(@"^[1-9]\d* 0 $");
        target.Region.Reader.Corrupt.ShouldBe(0);
    }

    [TestMethod]
    public async Task Every_call_is_seen_once_on_threads_that_come_and_go()
    {
        await using var target = await ProbedTarget.StartAsync(rings: 128);
        var add = target.Order("Plain", "Add", Timing);
        await target.ArmAsync(add);
        int calls = int.Parse(await target.AskAsync("threads 100"));
        var hits = await target.HitsAsync(add, 2 * calls);
        (hits.Count(h => h.Record.Kind == HookKind.ProbeEnter), hits.Count(h => h.Record.Kind == HookKind.ProbeLeave), hits.Count).ShouldBe((calls, calls, 2 * calls));
        hits.GroupBy(h => (h.Thread, h.Record.Call)).Count().ShouldBe(calls);
        await Deadline.UntilAsync("the counts", () => target.Status(add).Hits == (ulong)calls);
        (target.Status(add).Dropped, target.Region.Reader.DroppedWithoutRing).ShouldBe((0ul, 0L));
    }

    [TestMethod]
    public async Task What_a_full_ring_took_is_counted_to_the_record()
    {
        await using var target = await ProbedTarget.StartAsync(rings: 2, slotsPower: 4);
        var add = target.Order("Plain", "Add");
        await target.ArmAsync(add);
        await target.AskAsync("threads 40");
        await Deadline.UntilAsync("the account", () =>
        {
            target.Collect();
            var status = target.Status(add);
            return status.Dropped > 0 && (ulong)target.Of(add).Count + status.Dropped == 4000;
        }, TimeSpan.FromSeconds(10));
        target.Region.Reader.Corrupt.ShouldBe(0);
    }

    [TestMethod]
    public async Task A_call_that_goes_on_keeps_its_old_code_and_an_inlined_method_comes_out()
    {
        await using var target = await ProbedTarget.StartAsync();
        await target.AskAsync("wait");
        double before = double.Parse(await target.AskAsync("time inlined 20"));
        var hold = target.Order("Waiting", "Hold");
        var inlined = target.Order("Plain", "AddInlined");
        await target.ArmAsync(hold, inlined);
        await target.AskAsync("go");
        await target.AskAsync("time inlined 1");
        await target.StateAsync(inlined, ProbeState.Armed);
        target.Status(hold).State.ShouldBe((uint)ProbeState.Pending);
        (target.Of(hold).Count, target.Status(inlined).Hits).ShouldBe((0, 10_000ul));
        await target.AskAsync(NativeCommand.DisarmAll);
        await target.AskAsync("time inlined 20");
        double after = double.Parse(await target.AskAsync("time inlined 20"));
        after.ShouldBeLessThan(before + 0.5, "its callers have it inlined again");
    }

    [TestMethod]
    public async Task Exceptions_are_told_and_keep_their_stack()
    {
        await using var target = await ProbedTarget.StartAsync();
        string unprobed = await target.AskAsync("throw 1");
        var outer = target.Order("Failures", "Outer", Timing);
        var inner = target.Order("Failures", "Inner", Timing) with { Captures = [new(CaptureRoot.Exception, 0, CaptureMoment.Exception, CaptureRead.Type, [])] };
        var replace = target.Order("Failures", "Replace");
        await target.ArmAsync(outer, inner, replace);
        (await target.AskAsync("throw 1")).ShouldBe(unprobed);
        (await target.AskAsync("each 1")).ShouldBe("");
        await target.HitsAsync(replace, 1);
        var told = await target.HitsAsync(inner, 2);
        told.Select(h => h.Record.Kind).ShouldBe([HookKind.ProbeEnter, HookKind.ProbeException]);
        (told[1].Record.Depth, (ulong)told[1].Values.ShouldHaveSingleItem().Number).ShouldBe(((ushort)2, told[1].Record.ExceptionType));
        target.Of(outer)[1].Record.ExceptionType.ShouldBe(told[1].Record.ExceptionType);
    }

    [TestMethod]
    [DataRow("crash")]
    [DataRow("overflow")]
    public async Task The_end_of_a_process_looks_as_it_would_without_us(string how)
    {
        await using var plain = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Shapes"), []);
        await plain.WriteLineAsync(how);
        var expected = await plain.EndAsync();
        await using var target = await ProbedTarget.StartAsync();
        await target.ArmAsync([.. target.AllMethods().Where(m => m.Name.StartsWith("Failures.", StringComparison.Ordinal)).Select(m => target.Order(m.Token, Timing))]);
        await target.Process.WriteLineAsync(how);
        var ended = await target.Process.EndAsync();
        ended.ExitCode.ShouldBe(expected.ExitCode);
        Report(ended).ShouldBe(Report(expected));

        // How many frames were left out of the middle differs from run to run.
        static List<string> Report(Ended ended) => [.. ended.Errors.Split('\n').Where(line => !line.Contains("Repeated", StringComparison.Ordinal)).Select(line => line.Trim())];
    }

    [TestMethod]
    public async Task A_probe_takes_itself_out_after_its_hits_and_when_they_come_too_fast()
    {
        await using var target = await ProbedTarget.StartAsync();
        var few = target.Order("Plain", "Add") with { MaxHits = 7 };
        var slow = target.Order("Plain", "Greet") with { MaxHitsPerSecond = 10 };
        var lone = target.Order("Plain", "Nothing", ProbeFlags.Leave | ProbeFlags.CountOnly);
        await target.ArmAsync(few, slow, lone);
        await target.AskAsync("each 100");
        await target.StateAsync(few, ProbeState.Tripped);
        await target.StateAsync(slow, ProbeState.Tripped);
        (target.Of(few).Count, target.Status(few).Hits, target.Status(few).Result).ShouldBe((7, 7ul, NativeRefusal.HitsUsedUp));
        (target.Status(slow).Hits, target.Status(slow).Result).ShouldBe((200ul, NativeRefusal.TooFast));
        await Deadline.UntilAsync("the count", () => target.Status(lone).Hits == 100);
        target.Of(lone).ShouldBeEmpty();
        var again = target.Order("Plain", "Add") with { MaxHits = 3 };
        await target.ArmAsync(again);
        await target.AskAsync("each 100");
        await target.StateAsync(again, ProbeState.Tripped);
        target.Of(again).Count.ShouldBe(3);
    }

    [TestMethod]
    public async Task Several_probes_of_a_method_come_and_go_by_themselves()
    {
        await using var target = await ProbedTarget.StartAsync();
        ProbeOrder[] orders = [.. Enumerable.Range(0, 3).Select(_ => target.Order("Plain", "Add"))];
        await target.ArmAsync(orders);
        await target.AskAsync("each 10");
        await target.AskAsync(NativeCommand.Disarm, orders[1].Probe);
        await target.AskAsync("each 10");
        await target.HitsAsync(orders[0], 20);
        orders.Select(o => target.Of(o).Count).ShouldBe([20, 10, 20]);
        target.Status(orders[2]).State.ShouldBe((uint)ProbeState.Armed);
    }
}
