// What a session is asked for, and how it is written in each version of the CollectTracing command: 2 (.NET 6 and 7),
// 3 (.NET 8: stacks on or off), 4 (.NET 9: which rundown) and 5 (.NET 10: event ids to let through or hold back).
using System.Collections.Immutable;
using System.Globalization;

namespace Scope.Attach.Port;

/// <summary>A provider of a session.</summary>
/// <param name="Name">The provider's name.</param>
/// <param name="Keywords">Which of its events, by their bits.</param>
/// <param name="Level">Up to which level: 1 critical … 5 verbose.</param>
/// <param name="Arguments">What it is told beyond that, "key=value;key=value"; "" for nothing.</param>
public sealed record ProviderRequest(string Name, ulong Keywords, int Level, string Arguments = "")
{
    /// <summary>Event ids to hold back (runtimes from 10 on; others send them, and the reader drops them).</summary>
    public ImmutableArray<int> ExceptEvents { get; init; } = [];

    /// <summary>The text that <c>--providers</c> takes.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}:0x{Keywords:X}:{Level}{(Arguments.Length > 0 ? ":" + Arguments : "")}");
}

/// <summary>What a session is asked for.</summary>
/// <param name="Providers">Its providers, one or more.</param>
/// <param name="BufferMegabytes">The buffer that the runtime keeps in the target.</param>
/// <param name="Stacks">Whether each event comes with its stack.</param>
/// <param name="RundownKeywords">Which names the runtime tells when the session ends; 0 for none.</param>
public sealed record CollectRequest(ImmutableArray<ProviderRequest> Providers, int BufferMegabytes, bool Stacks, ulong RundownKeywords = 0);

/// <summary>Writes a request as the payload of one version of the command.</summary>
static class CollectEncoding
{
    const uint NettraceFormat = 1;
    const uint StreamingSession = 0;

    /// <summary>The versions, the newest first, with the first runtime that knows each.</summary>
    public static readonly ImmutableArray<(int Version, IpcCommand Command, int SinceRuntime)> Versions =
    [
        (5, IpcCommand.CollectTracing5, 10),
        (4, IpcCommand.CollectTracing4, 9),
        (3, IpcCommand.CollectTracing3, 8),
        (2, IpcCommand.CollectTracing2, 0),
    ];

    public static IpcWriter Write(CollectRequest request, int version)
    {
        var writer = new IpcWriter();
        if (version >= 5) writer.UInt32(StreamingSession);
        writer.UInt32((uint)request.BufferMegabytes).UInt32(NettraceFormat);
        if (version >= 4) writer.UInt64(request.RundownKeywords);
        else writer.Bool(request.RundownKeywords != 0);
        if (version >= 3) writer.Bool(request.Stacks);
        writer.UInt32((uint)request.Providers.Length);
        foreach (var provider in request.Providers) WriteProvider(writer, provider, version);
        return writer;
    }

    static void WriteProvider(IpcWriter writer, ProviderRequest provider, int version)
    {
        writer.UInt64(provider.Keywords).UInt32((uint)provider.Level).String(provider.Name).String(provider.Arguments);
        if (version < 5) return;
        // "false" makes the list one of events to hold back.
        writer.Bool(false).UInt32((uint)provider.ExceptEvents.Length);
        foreach (var id in provider.ExceptEvents) writer.UInt32((uint)id);
    }
}
