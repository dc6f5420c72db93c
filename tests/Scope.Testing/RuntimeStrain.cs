// What a runtime has to bear where probes do most harm if they do any: garbage collections at every few objects, heaps that are
// compacted at each, memory that ends, and code that is compiled again and again.
namespace Scope.Testing;

/// <summary>A way to run a program hard.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Environment">Settings of the runtime.</param>
public sealed record RuntimeStrain(string Name, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>What the program is started by; empty for by itself.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>All of them. A released runtime takes no GCStress: a nursery of 64 KB, compacted each time, collects as often as it is filled.</summary>
    public static IReadOnlyList<RuntimeStrain> All { get; } =
    [
        new("collections all the time", new Dictionary<string, string?> { ["DOTNET_GCStress"] = "3", ["DOTNET_GCgen0size"] = "10000", ["DOTNET_gcForceCompact"] = "1", ["DOTNET_gcConcurrent"] = "0" }),
        new("server GC", new Dictionary<string, string?> { ["DOTNET_gcServer"] = "1", ["DOTNET_GCHeapCount"] = "4", ["DOTNET_GCgen0size"] = "100000" }),
        new("no code from before", new Dictionary<string, string?> { ["DOTNET_ReadyToRun"] = "0", ["DOTNET_TieredPGO"] = "1", ["DOTNET_TC_CallCountThreshold"] = "2", ["DOTNET_TC_BackgroundWorkerTimeoutMs"] = "0", ["DOTNET_OSR_HitLimit"] = "1" }),
        new("ulimit -v", new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "4000000" }) { Before = ["bash", "-c", "ulimit -v 6000000; exec \"$0\""] },
    ];
}
