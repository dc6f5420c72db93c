// The native part in a real running service under load: it comes, answers, leaves, comes again, and whatever becomes of the
// agent, whatever it is handed and whatever is written into its memory, no request is lost.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class NativeTests
{
    [TestInitialize]
    public async Task NeedsTheLibrary() => await NativeLibrary.NeedAsync();

    [TestMethod]
    public async Task It_attaches_answers_and_leaves_again_and_again_while_the_target_serves()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 200);
        for (ulong nonce = 1; nonce <= 4; nonce++)
        {
            using var region = await NativeAttachment.AttachAsync(shop.Id, nonce);
            var handshakes = new List<(int Thread, long Value)>();
            region.Reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> _) =>
            {
                record.Kind.ShouldBe(HookKind.Handshake);
                handshakes.Add((thread, record.Value));
            });
            handshakes.ShouldHaveSingleItem().Value.ShouldBe((long)nonce);
            Directory.Exists($"/proc/{shop.Id}/task/{handshakes[0].Thread}").ShouldBeTrue("the handshake names a thread of the target");
            (region.Reader.Corrupt, region.Native.State, region.Native.EventMask).ShouldBe((0, NativeState.Attached, 0u));
            NativeAttachment.Threads(shop.Id).ShouldBe(1);
            await NativeAttachment.DetachAsync(shop.Id, region);
        }
        await ServedAllAsync(shop, load);
    }

    [TestMethod]
    public async Task A_killed_agent_is_survived_and_its_successor_takes_over()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 200);
        await using (var agent = KilledAgent.Start(shop.Id, "60000"))
            await agent.LineAsync("attached");
        using (var region = new MappedRegion(NativeAttachment.Find(shop.Id).ShouldNotBeNull()))
        {
            (region.Native.Nonce, region.Native.State).ShouldBe((99ul, NativeState.Attached));
            await NativeAttachment.DetachAsync(shop.Id, region);
        }
        // Killed while it attaches, at whatever point that is: the runtime goes on with what it was told, and it leaves by itself.
        for (int round = 0; round < 3; round++)
        {
            await using (var agent = KilledAgent.Start(shop.Id, "1000"))
                await agent.LineAsync(round == 0 ? "attached" : "attaching");
            await NativeAttachment.GoneAsync(shop.Id);
        }
        using (var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 7))
            await NativeAttachment.DetachAsync(shop.Id, region);
        await ServedAllAsync(shop, load);
    }

    [TestMethod]
    public async Task It_stays_while_there_are_signs_of_an_agent_and_leaves_when_there_are_none()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 3, silenceMillis: 1000);
        long until = Stopwatch.GetTimestamp() + 3 * region.Reader.TicksPerSecond;
        await Deadline.UntilAsync("three times its silence to pass", () =>
        {
            region.Native.Beat();
            region.Native.State.ShouldBe(NativeState.Attached);
            return Stopwatch.GetTimestamp() > until;
        });
        await Deadline.UntilAsync("it to leave by itself", () => region.Native.State == NativeState.Detached);
        await NativeAttachment.GoneAsync(shop.Id);
    }

    [TestMethod]
    public async Task A_second_profiler_and_a_library_that_cannot_be_loaded_are_understood()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var folder = new TemporaryFolder();
        var handedOver = NativeAttach.Make(1, 60_000);
        Refusal(shop, handedOver, folder["missing.so"]).ShouldContain("did not find the library");
        File.WriteAllText(folder["text.so"], "no library");
        Refusal(shop, handedOver, folder["text.so"]).ShouldContain("could not load it");
        File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), folder["other.so"]);
        Refusal(shop, handedOver, folder["other.so"]).ShouldContain("not our library");
        NativeAttachment.Find(shop.Id).ShouldBeNull();

        using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 1);
        Refusal(shop, handedOver).ShouldContain("another profiler is active");
        uint unknown = region.Native.Ask((NativeCommand)77);
        await Deadline.UntilAsync("an answer", () => region.Native.ResultOf(unknown) is not null);
        NativeRefusal.Explain(region.Native.ResultOf(unknown)!.Value).ShouldContain("does not know this command");
        region.Native.State.ShouldBe(NativeState.Attached);
        await NativeAttachment.DetachAsync(shop.Id, region);
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
    }

    [TestMethod]
    public async Task Whatever_it_is_handed_it_refuses_or_serves()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 200);
        Refusal(shop, Changed(attach => attach with { Version = 9 })).ShouldContain("another version");
        Refusal(shop, Changed(attach => attach with { RegionVersion = 9 })).ShouldContain("another version");
        Refusal(shop, Changed(attach => attach with { SilenceMillis = 0 })).ShouldContain("did not understand");
        Refusal(shop, Changed(attach => attach with { SilenceMillis = uint.MaxValue })).ShouldContain("did not understand");
        Refusal(shop, Changed(attach => attach with { Rings = 0 })).ShouldContain("did not understand");
        Refusal(shop, Changed(attach => attach with { SlotsPower = 17 })).ShouldContain("did not understand");
        var random = new Random(5);
        for (int round = 0; round < 25; round++)
        {
            var noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            Refusal(shop, noise).ShouldContain("did not understand");
        }
        NativeAttachment.Find(shop.Id).ShouldBeNull();
        NativeAttachment.Threads(shop.Id).ShouldBe(0);
        using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 8);
        await NativeAttachment.DetachAsync(shop.Id, region);
        await ServedAllAsync(shop, load);
    }

    [TestMethod]
    public async Task Whatever_is_written_into_its_memory_the_target_serves_and_it_leaves()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 200);
        var random = new Random(6);
        for (int round = 0; round < 3; round++)
        {
            using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 4, silenceMillis: 1000);
            long until = Stopwatch.GetTimestamp() + region.Reader.TicksPerSecond / 2;
            await Deadline.UntilAsync("half a second of damage", () =>
            {
                random.NextBytes(round == 0 ? region.Bytes.Slice(NativeControl.Offset, NativeControl.Bytes) : region.Bytes);
                return Stopwatch.GetTimestamp() > until;
            });
            await NativeAttachment.GoneAsync(shop.Id);
        }
        await ServedAllAsync(shop, load);
    }

    [TestMethod]
    public async Task Named_in_the_environment_it_declines_and_the_program_starts_without_it()
    {
        var environment = new Dictionary<string, string?> { ["CORECLR_ENABLE_PROFILING"] = "1", ["CORECLR_PROFILER"] = $"{{{NativeMailbox.ProfilerId}}}", ["CORECLR_PROFILER_PATH"] = NativeAttachment.Library };
        await using var shop = await TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], environment);
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
        NativeAttachment.Find(shop.Id).ShouldBeNull();
        using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 2);
        await NativeAttachment.DetachAsync(shop.Id, region);
    }

    [TestMethod]
    public async Task A_target_that_ends_while_it_is_attached_ends_as_always()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var region = await NativeAttachment.AttachAsync(shop.Id, nonce: 2);
        var ended = await shop.StopAsync();
        ended.ExitCode.ShouldBe(0, ended.Errors);
    }

    static byte[] Changed(Func<NativeAttach, NativeAttach> change) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<NativeAttach>([change(MemoryMarshal.Read<NativeAttach>(NativeAttach.Make(1, 60_000)))])).ToArray();

    static string Refusal(TargetProcess shop, byte[] handedOver, string? library = null) =>
        NativeRefusal.Explain(NativeAttachment.Refusal(shop.Id, handedOver, library));

    static async Task ServedAllAsync(TargetProcess shop, Load load)
    {
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
        var result = await load.StopAsync();
        result.Failed.ShouldBe(0, result.FirstFailure);
        result.Ok.ShouldBeGreaterThan(0);
    }
}
