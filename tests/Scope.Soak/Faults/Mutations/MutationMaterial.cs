// Real inputs to damage, taken from a target that lives while they are used: a stream, a recording with its segment, and what
// its diagnostics port answers.
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Attach.Port;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

/// <summary>What there is to damage.</summary>
sealed class MutationMaterial : IAsyncDisposable
{
    const int MostStreamBytes = 48 << 10; // So that a case takes a fraction of a millisecond.

    readonly ChildProcess _target;

    MutationMaterial(ChildProcess target) => _target = target;

    /// <summary>A nettrace stream.</summary>
    public required byte[] Stream { get; init; }

    /// <summary>A segment.</summary>
    public required byte[] Segment { get; init; }

    /// <summary>The recording that it is of.</summary>
    public required Recording Recording { get; init; }

    /// <summary>What a runtime says of itself, as it comes over the socket.</summary>
    public required byte[] Answer { get; init; }

    /// <summary>Makes it.</summary>
    public static async Task<MutationMaterial> MakeAsync()
    {
        var target = await Hostile.StartAsync();
        using var folder = new TemporaryFolder("material");
        await using var agent = ChildProcess.Start(Recorded.ScopeAttach, [$"{target.Id}", "--quiet", "--no-report", "--snapshot", "none", "--profile", "light", "--providers", Hostile.Events, "-o", folder.Path]);
        await Recorded.UntilWrittenAsync(folder);
        await Hostile.AskAsync(target, "names 20");
        await Hostile.AskAsync(target, "burst 200");
        await Recorded.EndAsync(agent);
        var recording = RecordingReader.Open(Directory.GetDirectories(folder.Path, "*.scope").Single());
        return new(target)
        {
            Stream = await StreamAsync(target),
            Segment = File.ReadAllBytes(Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).First()),
            Recording = recording,
            Answer = await AnswerAsync(target.Id),
        };
    }

    static async Task<byte[]> StreamAsync(ChildProcess target)
    {
        using var session = new DiagnosticsClient(target.Id).StartEventPipeSession([new("Scope-Targets-Hostile", EventLevel.Informational), new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x8000)], requestRundown: false);
        using var into = new MemoryStream();
        var copying = session.EventStream.CopyToAsync(into);
        await Hostile.AskAsync(target, "burst 100");
        await session.StopAsync(CancellationToken.None);
        await copying.WaitAsync(Deadline.Usual);
        return into.ToArray().AsSpan(0, (int)Math.Min(into.Length, MostStreamBytes)).ToArray();
    }

    static async Task<byte[]> AnswerAsync(int pid)
    {
        using var connection = (await new SocketConnector(pid).ConnectAsync(CancellationToken.None)).Value;
        await connection.SendAsync((byte[])[.. "DOTNET_IPC_V1\0"u8, 20, 0, 4, 8, 0, 0]); // ProcessInfo3.
        var answer = new byte[4096];
        return answer[..await connection.ReceiveAsync(answer)];
    }

    public ValueTask DisposeAsync() => _target.DisposeAsync();
}
