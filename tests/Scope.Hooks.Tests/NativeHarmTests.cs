// Whatever becomes of the agent, whatever it asks for and whatever is written into the shared memory, the target goes on and
// answers rightly.
using System.Diagnostics;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeHarmTests
{
    [TestInitialize]
    public async Task NeedsTheLibrary() => await NativeLibrary.NeedAsync();

    [TestMethod]
    public async Task Without_an_agent_probes_close_and_go_and_the_next_one_takes_over()
    {
        await using var target = await ProbedTarget.StartAsync(silenceMillis: 1000);
        var add = target.Order("Plain", "Add");
        await target.ArmAsync(add);
        await target.AskAsync("each 10");
        await Deadline.UntilAsync("it to wait", () => target.Region.Native.State == NativeState.Waiting);
        (target.Status(add).State, target.Status(add).Result).ShouldBe(((uint)ProbeState.Reverted, NativeRefusal.AgentSilent));
        NativeRefusal.Explain(NativeAttachment.Refusal(target.Process.Id, NativeAttach.Make(6, 1000))).ShouldContain("another profiler is active");

        using var successor = new MappedRegion(NativeAttachment.Find(target.Process.Id).ShouldNotBeNull());
        successor.Native.Obstacle.ShouldBeNull();
        (await target.AskAsync(NativeCommand.TakeOver, 77)).ShouldBe(0);
        (successor.Native.Nonce, successor.Native.State).ShouldBe((77ul, NativeState.Attached));
        var again = target.Order("Plain", "Add");
        await target.ArmAsync(again);
        await target.AskAsync("each 10");
        (await target.HitsAsync(again, 10)).Count.ShouldBe(10);
        (await target.AskAsync(NativeCommand.TakeOver, 78)).ShouldBe(0);
        target.Status(again).State.ShouldBe((uint)ProbeState.Reverted);
    }

    [TestMethod]
    public async Task What_cannot_be_probed_is_refused_with_the_reason()
    {
        await using var target = await ProbedTarget.StartAsync();
        var core = typeof(string).Module;
        var add = target.Order("Plain", "Add");
        Capture Bad(CaptureRoot root, int index) => new(root, index, CaptureMoment.Leave, CaptureRead.Int32, []);
        (ProbeOrder Order, int Why)[] refused =
        [
            (add with { Module = Guid.NewGuid() }, NativeRefusal.ModuleNotFound),
            (target.Order("INamed", "Name"), NativeRefusal.NoIl),
            (add with { Method = 0x0600FFFF }, NativeRefusal.NoIl),
            (new ProbeOrder(0, core.ModuleVersionId, (uint)typeof(string).GetMethod("Trim", [])!.MetadataToken, ProbeFlags.Leave), NativeRefusal.CoreLibrary),
            (add with { Flags = ProbeFlags.Line, IlOffset = 9999 }, NativeRefusal.NoSuchInstruction),
            (target.Order("Failures", "CatchWhen") with { Flags = ProbeFlags.Line, IlOffset = 1 + target.Instructions(target.Token("Failures", "CatchWhen")).Zip(target.Instructions(target.Token("Failures", "CatchWhen")).Skip(1)).First(p => p.Second - p.First > 1).First }, NativeRefusal.NoSuchInstruction),
            (add with { Captures = [Bad(CaptureRoot.Argument, 2)] }, NativeRefusal.NoSuchPlace),
            (add with { Captures = [Bad(CaptureRoot.Local, 0)] }, NativeRefusal.NoSuchPlace),
            (target.Order("Plain", "Nothing") with { Captures = [Bad(CaptureRoot.Return, 0)] }, NativeRefusal.NoSuchPlace),
            (target.Order("Values", "Read") with { Captures = [Bad(CaptureRoot.Argument, 0)] }, NativeRefusal.NotCapturable),
        ];
        ProbeOrder[] orders = [.. refused.Select(r => ProbedTarget.Renewed(r.Order))];
        await target.ArmAsync(orders);
        orders.Select(o => target.Status(o)).Select(s => ((ProbeState)s.State, NativeRefusal.Explain(s.Result))).ShouldBe(refused.Select(r => (ProbeState.Refused, NativeRefusal.Explain(r.Why))));
        ProbeOrder[] many = [.. Enumerable.Range(0, HookLimits.MaxProbesOfMethod + 1).Select(_ => ProbedTarget.Renewed(add))];
        await target.ArmAsync(many);
        target.Status(many[^1]).Result.ShouldBe(NativeRefusal.TooManyProbes);
        (await target.ArmingAsync(ProbePlan.Write(many)!, many)).ShouldBe(NativeRefusal.SlotTaken);
        (await target.AskAsync("each 3")).ShouldBe("");
        (await target.HitsAsync(many[0], 3)).Count.ShouldBe(3);
    }

    [TestMethod]
    [DataRow("Later", "stays", "of the runtime's own async kind")]
    [DataRow("Plain", "collectible", "in an assembly that can be unloaded")]
    public async Task What_the_runtime_does_not_rewrite_is_refused(string method, string context, string says)
    {
        using var folder = new TemporaryFolder();
        OddAssembly.Write(folder["Odd.dll"]);
        using var methods = new MethodTokens(folder["Odd.dll"]);
        await using var target = await ProbedTarget.StartAsync();
        await target.AskAsync($"load-from {methods.Path} {context}");
        var order = ProbedTarget.Renewed(new(0, methods.Module, methods["Odd", method], ProbeFlags.Leave));
        await target.ArmAsync(order);
        ((ProbeState)target.Status(order).State, NativeRefusal.Explain(target.Status(order).Result)).ShouldSatisfyAllConditions(s => s.Item1.ShouldBe(ProbeState.Refused), s => s.Item2.ShouldContain(says));
    }

    [TestMethod]
    public async Task A_damaged_plan_is_refused_or_does_no_harm()
    {
        await using var target = await ProbedTarget.StartAsync();
        var random = new Random(8);
        int armed = 0, refused = 0;
        for (int round = 0; round < 100; round++)
        {
            ProbeOrder[] orders = [Rich(target, ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception), Rich(target, ProbeFlags.Leave)];
            var plan = ProbePlan.Write(orders)!;
            for (int i = random.Next(1, 4); i > 0; i--)
                plan[random.Next(plan.Length)] = (byte)(random.Next(2) == 0 ? random.Next() : random.Next(8));
            int result = await target.ArmingAsync(plan, orders);
            _ = result == 0 ? armed++ : refused++;
            if (result != 0)
                (result, target.Region.Native.Detail).ShouldSatisfyAllConditions(r => r.result.ShouldBe(NativeRefusal.BadPlan), r => r.Detail.ShouldBeLessThanOrEqualTo((uint)plan.Length));
            if (round % 10 == 0)
            {
                (await target.AskAsync("orders 30")).Split(' ').Length.ShouldBe(30);
                await target.AskAsync(NativeCommand.DisarmAll);
            }
        }
        (armed, refused).ShouldSatisfyAllConditions(r => r.armed.ShouldBeGreaterThan(10), r => r.refused.ShouldBeGreaterThan(10));
        (await target.AskAsync("each 20")).ShouldBe("");
    }

    [TestMethod]
    public async Task Whatever_is_written_into_the_rings_and_states_the_target_answers_rightly()
    {
        await using var target = await ProbedTarget.StartAsync(rings: 8, slotsPower: 6);
        await target.ArmAsync([.. target.AllMethods().Select(m => target.Order(m.Token, ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception)), Rich(target, ProbeFlags.Leave)]);
        await target.Process.WriteLineAsync("load 2");
        var random = new Random(9);
        long until = Stopwatch.GetTimestamp() + 2 * Stopwatch.Frequency;
        while (Stopwatch.GetTimestamp() < until)
        {
            // All but the control block, by which it would be told to leave.
            random.NextBytes(target.Region.Bytes[RegionHeader.Bytes..]);
            random.NextBytes(target.Region.AreaBytes[..ProbeArea.PlanOffset]);
            await Task.Delay(1);
        }
        target.Region.AreaBytes[..ProbeArea.PlanOffset].Clear();
        (await target.AskAsync("stop", answers: 2)).ShouldMatch(@"^[1-9]\d* 0 $");
    }

    [TestMethod]
    public async Task A_target_with_armed_probes_ends_as_always()
    {
        await using var target = await ProbedTarget.StartAsync();
        await target.ArmAsync([.. target.AllMethods().Select(m => target.Order(m.Token))]);
        await target.AskAsync("load 2");
        target.Process.CloseInput();
        var ended = await target.Process.EndAsync();
        (ended.ExitCode, ended.Errors).ShouldBe((0, ""));
    }

    // Something of everything that a plan can have.
    static ProbeOrder Rich(ProbedTarget target, ProbeFlags flags)
    {
        const CaptureMoment Any = CaptureMoment.Enter | CaptureMoment.Leave;
        Hop total = new(CaptureHop.Follow, 32), items = new(CaptureHop.Follow, 16), customer = new(CaptureHop.Follow, 8);
        return target.Order("Desk", "Place", flags) with
        {
            MaxHits = 1000, MaxHitsPerSecond = 100_000,
            Captures =
            [
                new(CaptureRoot.Argument, 1, Any, CaptureRead.Int64, [total]),
                new(CaptureRoot.Argument, 1, Any, CaptureRead.Text, [customer, customer], 32),
                new(CaptureRoot.Argument, 1, Any, CaptureRead.Int32, [items, new(CaptureHop.Element, 1)]),
                new(CaptureRoot.Argument, 1, Any, CaptureRead.Bytes, [new(CaptureHop.Follow, 8)], 16),
                new(CaptureRoot.Argument, 0, Any, CaptureRead.Object, []),
                new(CaptureRoot.Argument, 2, Any, CaptureRead.Text, [], 16),
                new(CaptureRoot.Local, 0, CaptureMoment.Leave, CaptureRead.Int64, []),
                new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Int64, []),
            ],
            Enter = [new(ConditionOperation.Capture, 0), new(ConditionOperation.Integer, Constant: 1), new(ConditionOperation.Greater), new(ConditionOperation.TextContains, 1, Text: "customer"), new(ConditionOperation.Or)],
            Leave = [new(ConditionOperation.ElapsedNanos), new(ConditionOperation.Integer, Constant: 1), new(ConditionOperation.Greater)],
        };
    }
}
