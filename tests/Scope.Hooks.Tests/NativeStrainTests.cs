// Probes where they would do harm if they did any: in a runtime that collects and compacts all the time, that has no memory to
// spare, that compiles everything again and again; from agents that are killed while they arm; in all methods of what serves
// the requests. The target answers as it does without.
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeStrainTests
{
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    static IEnumerable<object[]> Strains => RuntimeStrain.All.Select(s => new object[] { s.Name });

    [TestInitialize]
    public async Task NeedsTheLibrary() => await NativeLibrary.NeedAsync();

    [TestMethod]
    [DynamicData(nameof(Strains))]
    public async Task A_runtime_under_strain_answers_rightly_while_probes_come_and_go(string name)
    {
        await using var target = await ProbedTarget.StartAsync(strain: RuntimeStrain.All.Single(s => s.Name == name));
        target.KeepsHits = false;
        await target.Process.WriteLineAsync("load 3");
        for (int round = 0; round < 3; round++)
        {
            ProbeOrder[] orders = [.. target.AllMethods().Select(m => target.Order(m.Token, Timing))];
            await target.ArmAsync(orders);
            await Deadline.UntilAsync("methods to be called", () =>
            {
                target.Collect();
                return orders.Count(o => target.Status(o).Hits > 0) > orders.Length / 2;
            });
            orders.ShouldAllBe(o => (ProbeState)target.Status(o).State != ProbeState.Refused);
            (await target.AskAsync(NativeCommand.DisarmAll)).ShouldBe(0);
        }
        (await target.AskAsync("stop", answers: 2)).ShouldMatch(@"^[1-9]\d* 0 $");
        target.Region.Reader.Corrupt.ShouldBe(0);
    }

    [TestMethod]
    public async Task A_target_whose_addresses_end_is_left_alone()
    {
        await using var target = await ShapesTarget.StartAsync();
        await LimitAsync((StatusNumber(target.Process.Id, "VmSize") * 1024 + (100 << 20)).ToString() + ":");
        (await NativeProbes.AttachAsync(DiagnosticPort.Of(target.Process.Id))).Failure.ShouldNotBeNull().Message.ShouldMatch(@"takes no probes: it may take \d+ MB of addresses more \(ulimit -v\)");
        (await LoadedCollector.TryLoadAsync(target.Process.Id)).Failure.ShouldNotBeNull().Message.ShouldContain("ulimit -v");
        (await EventPipeSession.StartAsync(DiagnosticPort.Of(target.Process.Id), ProfileTable.Default.Requests(16)[0])).Failure.ShouldNotBeNull().Message.ShouldContain("is not recorded: it may take");
        await LimitAsync("unlimited:");
        (await NativeProbes.AttachAsync(DiagnosticPort.Of(target.Process.Id))).Value.Dispose();

        async Task LimitAsync(string bytes) => (await ChildProcess.RunAsync("prlimit", ["--pid", target.Process.Id.ToString(), "--as=" + bytes])).ExitCode.ShouldBe(0);
    }

    [TestMethod]
    public async Task Agents_that_are_killed_while_they_arm_leave_a_target_that_answers_rightly()
    {
        await using var target = await ShapesTarget.StartAsync();
        await target.Process.WriteLineAsync("load 2");
        var random = new Random(11);
        for (int round = 0; round < 3; round++)
        {
            await using var agent = KilledAgent.Start(target.Process.Id, target.Methods.Path);
            await agent.LineAsync("attached");
            await Task.Delay(random.Next(200)); // At whatever point of its arming that is.
            agent.Kill();
        }
        using (var last = (await NativeProbes.AttachAsync(DiagnosticPort.Of(target.Process.Id))).Value)
        {
            (await last.DisarmAllAsync()).ShouldBeNull();
            last.All.ShouldAllBe(p => (ProbeState)p.State == ProbeState.Reverted);
        }
        (await target.AskAsync("stop", answers: 2)).ShouldMatch(@"^[1-9]\d* 0 $");
    }

    [TestMethod]
    public async Task What_serves_requests_serves_the_same_with_probes_in_its_methods()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        string[] paths = ["/products/7", "/products?from=3", "/price/3?quantity=4", "/quotes/5", "/faults"];
        var unprobed = await AnswersAsync(shop, paths);
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 200);
        using var probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(shop.Id))).Value;
        uint next = 1;
        foreach (var file in (string[])["Microsoft.AspNetCore.App/Microsoft.AspNetCore.Server.Kestrel.Core", "Microsoft.NETCore.App/System.Text.Json"])
        {
            using var methods = MethodTokens.OfRuntime(file);
            ProbeOrder[] orders = [.. methods.All.Take(900).Select(m => new ProbeOrder(next++, methods.Module, m.Token, Timing))];
            (await probes.ArmAsync(orders)).ShouldBeNull();
            for (int round = 0; round < 5; round++)
            {
                (await AnswersAsync(shop, paths)).ShouldBe(unprobed, file);
                probes.Beat();
                probes.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
            }
            orders.Count(o => probes[o.Probe].Hits > 0).ShouldBeGreaterThan(30, file);
            (await probes.DisarmAllAsync()).ShouldBeNull();
        }
        (await AnswersAsync(shop, paths)).ShouldBe(unprobed);
        var result = await load.StopAsync();
        result.Failed.ShouldBe(0, result.FirstFailure);
    }

    static long StatusNumber(int pid, string name) => long.Parse(File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    static async Task<List<string>> AnswersAsync(TargetProcess shop, string[] paths)
    {
        var answers = new List<string>();
        foreach (var path in paths)
            answers.Add(await shop.Client.GetStringAsync(path));
        return answers;
    }
}
