// Loading the collector as the agent does.
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

static class LoadedCollector
{
    /// <summary>What a recording asks for.</summary>
    public const HookFeatures Spans = HookFeatures.SpanStarts | HookFeatures.SpanStops | HookFeatures.Tags | HookFeatures.Requests;

    /// <summary>Its bytes as they were built.</summary>
    public static byte[] Assembly { get; } = File.ReadAllBytes(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Probe/bin", Checkout.Configuration, "net8.0/Scope.Hooks.Probe.0000000000000000.dll"));

    public static Task<Attempt<Collector>> TryLoadAsync(int pid, HookFeatures wanted = Spans) => Collector.LoadAsync(DiagnosticPort.Of(pid), Assembly, wanted);

    public static async Task<Collector> LoadAsync(int pid, HookFeatures wanted = Spans) => (await TryLoadAsync(pid, wanted)).Value;

    /// <summary>How many threads of the collector there are.</summary>
    public static int Threads(int pid) => NamedThreads.Count(pid, "scope-hooks");

    /// <summary>Folders that it was loaded from and that are still there.</summary>
    public static string[] Folders() => Directory.GetDirectories("/tmp", "scope-hooks-*");
}
