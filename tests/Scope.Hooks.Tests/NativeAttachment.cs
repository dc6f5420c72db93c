// Attaching the native part as the agent does it: by the runtime's command, and then by the region that answers.
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

static class NativeAttachment
{
    static readonly TimeSpan AttachLimit = TimeSpan.FromSeconds(30);

    /// <summary>The library that scripts/build-native makes.</summary>
    public static string Library { get; } = Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Native/bin/libscope-native.so");

    /// <summary>Attaches and opens the region that answers. Until the runtime has done the last lines of a detach it still says that a profiler is active, so that is tried again.</summary>
    public static async Task<MappedRegion> AttachAsync(int pid, ulong nonce, uint silenceMillis = 60_000, int rings = 64, int slotsPower = 11)
    {
        await Deadline.UntilAsync("the runtime to take it", () => TryLoad(pid, NativeAttach.Make(nonce, silenceMillis, rings, slotsPower)));
        var region = new MappedRegion(Find(pid).ShouldNotBeNull("it is loaded and has no memory"));
        (region.Native.Obstacle, region.Native.Nonce).ShouldBe((null, nonce));
        return region;
    }

    /// <summary>The runtime's attach command.</summary>
    public static void Load(int pid, byte[] handedOver, string? library = null) =>
        new DiagnosticsClient(pid).AttachProfiler(AttachLimit, NativeMailbox.ProfilerId, library ?? Library, handedOver);

    /// <summary>The runtime's refusal. The client library tells the number in its text only, and one of them as a type.</summary>
    public static int Refusal(int pid, byte[] handedOver, string? library = null) => Should.Throw<ServerErrorException>(() => Load(pid, handedOver, library)) switch
    {
        ProfilerAlreadyActiveException => unchecked((int)0x8013136A),
        var other => int.Parse(other.Message.Split("0x")[1].AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
    };

    /// <summary>Where the region is; null when there is none.</summary>
    public static string? Find(int pid) => Directory.GetFiles($"/proc/{pid}/fd").FirstOrDefault(IsRegion);

    /// <summary>How many threads of the native part there are.</summary>
    public static int Threads(int pid) => NamedThreads.Count(pid, "scope-native");

    /// <summary>Asks it to leave and waits until nothing but its code is there.</summary>
    public static async Task DetachAsync(int pid, MappedRegion region)
    {
        uint number = region.Native.Ask(NativeCommand.Detach);
        await Deadline.UntilAsync("the detach to be answered", () => region.Native.ResultOf(number) is not null);
        (region.Native.ResultOf(number), region.Native.State).ShouldBe((0, NativeState.Detached));
        await GoneAsync(pid);
    }

    /// <summary>Waits until nothing but its code is there.</summary>
    public static async Task GoneAsync(int pid) => await Deadline.UntilAsync("it to leave", () => Find(pid) is null && Threads(pid) == 0);

    static bool TryLoad(int pid, byte[] handedOver)
    {
        try
        {
            Load(pid, handedOver);
            return true;
        }
        catch (ProfilerAlreadyActiveException)
        {
            return false;
        }
    }

    static bool IsRegion(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, false)?.FullName.Contains("memfd:" + NativeMailbox.FileName, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // The target closed it in the meantime, as a service does with its connections.
        }
    }
}
