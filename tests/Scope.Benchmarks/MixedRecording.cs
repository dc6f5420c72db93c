// A big .nettrace of tiny events, two numbers and a word each, recorded from a busy process for some seconds: the worst case of
// all that works by the event. What services say is in ServiceRecording.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Scope.Benchmarks;

static class MixedRecording
{
    static readonly Lazy<byte[]> LazyBytes = new(Record);

    /// <summary>The stream as the runtime wrote it.</summary>
    public static byte[] Bytes => LazyBytes.Value;

    static byte[] Record()
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Scope.Targets.Mixed.dll"), "busy"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        child.StandardOutput.ReadLine();
        EventPipeProvider[] providers =
        [
            new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x1C01D | 0x8000),
            new("System.Threading.Tasks.TplEventSource", EventLevel.Informational, 0x82),
            new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
            new("Scope-Targets-Mixed", EventLevel.Verbose, -1),
        ];
        using var session = new DiagnosticsClient(child.Id).StartEventPipeSession(providers, requestRundown: true, circularBufferMB: 512);
        var stream = new MemoryStream();
        var copy = Task.Run(() => session.EventStream.CopyTo(stream));
        copy.Wait(TimeSpan.FromSeconds(6));
        child.StandardInput.Close();
        session.Stop();
        copy.Wait();
        child.WaitForExit();
        return stream.ToArray();
    }
}
