// Probes in methods of a running target: they tell the truth, and the target does not notice.
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeProbeTests
{
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
        (await target.AskAsync(NativeCommand.Disarm, add.Probe)).ShouldBe(0);
        (target.Status(add).State, target.Status(add).Hits, target.Status(add).Dropped).ShouldBe(((uint)ProbeState.Reverted, 50ul, 0ul));
        (await target.AskAsync("each 50")).ShouldBe("");
        target.Collect();
        target.Hits.Count.ShouldBe(50);
    }

    [TestMethod]
    public async Task Code_of_every_shape_does_what_it_did_while_probes_come_and_go()
    {
        await using var target = await ProbedTarget.StartAsync(slotsPower: 13);
        await target.AskAsync("load 2");
        for (int round = 0; round < 6; round++)
        {
            var orders = target.AllMethods().Where(m => !m.Name.StartsWith("Program.", StringComparison.Ordinal)).Select(m => target.Order(m.Token, ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception)).ToArray();
            await target.ArmAsync(orders);
            var refused = orders.Where(o => target.Status(o).State == (uint)ProbeState.Refused).Select(o => $"{o.Method:X} {NativeRefusal.Explain(target.Status(o).Result)}");
            refused.ShouldBeEmpty();
            await target.HitsAsync(orders[0], 0);
            await Task.Delay(300);
            (await target.AskAsync(NativeCommand.DisarmAll)).ShouldBe(0);
        }
        (await target.AskAsync("stop")).ShouldMatch(@"^\d+ 0 $");
    }
}
