// Recordings of a real process, made once for all tests: a child that does a bit of everything, recorded as dotnet-trace does.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Attach.Port;

namespace Scope.Attach.Tests.Nettrace;

static class Recordings
{
    static readonly Lazy<byte[]> LazyMixed = new(() => Record(TimeSpan.FromSeconds(2), 256));

    /// <summary>Two seconds of runtime events with stacks, tasks, samples and the child's own events; the format is the runtime's, version 4.</summary>
    public static byte[] Mixed => LazyMixed.Value;

    internal static EventPipeProvider[] Providers =>
    [
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x1C01D | 0x8000),
        new("System.Threading.Tasks.TplEventSource", EventLevel.Informational, 0x80),
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
        new("Scope-Targets-Mixed", EventLevel.Verbose, -1),
        new("System.Runtime", EventLevel.Informational, -1, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" }),
    ];

    /// <summary>Records with our own session, by the newest command that the runtime knows, with stacks or without.</summary>
    public static async Task<byte[]> RecordOwnAsync(bool stacks)
    {
        using var child = new Child();
        var request = new CollectRequest([.. Providers.Select(p => new ProviderRequest(p.Name, (ulong)p.Keywords, (int)p.EventLevel))], 64, stacks, RundownKeywords: 0x138);
        await using var session = (await Scope.Attach.Sessions.EventPipeSession.StartAsync(DiagnosticPort.Of(child.Id), request)).Value;
        var stream = new MemoryStream();
        var copy = session.Stream.CopyToAsync(stream);
        LiveTests.Until(() => session.BytesReceived > 200_000);
        (await session.StopAsync()).Failure.ShouldBeNull();
        await copy;
        return stream.ToArray();
    }

    /// <summary>Starts the child, records it for a while and lets it go.</summary>
    public static byte[] Record(TimeSpan time, int bufferMegabytes)
    {
        using var child = new Child();
        using var session = child.Client.StartEventPipeSession(Providers, requestRundown: true, circularBufferMB: bufferMegabytes);
        var stream = new MemoryStream();
        var copy = Task.Run(() => session.EventStream.CopyTo(stream));
        copy.Wait(time);
        session.Stop();
        copy.Wait();
        return stream.ToArray();
    }
}

/// <summary>The process that is recorded; ends with its input.</summary>
sealed class Child : IDisposable
{
    readonly Process _process;

    public Child(params string[] arguments)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Scope.Targets.Mixed.dll");
        _process = Process.Start(new ProcessStartInfo("dotnet", [path, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _process.StandardOutput.ReadLine().ShouldBe("ready");
        Client = new DiagnosticsClient(_process.Id);
    }

    public DiagnosticsClient Client { get; }

    public int Id => _process.Id;

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000)) _process.Kill();
        _process.Dispose();
    }
}
