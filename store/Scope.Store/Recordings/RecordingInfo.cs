// recording.json: what a recording is of, what it rests on, and whether it was ended in order. It is rewritten as a whole
// now and then, so that the newest version on the disk is always a whole one.
using System.Text.Json;
using System.Text.Json.Serialization;
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>A source of the recording's events.</summary>
/// <param name="Name">Its name as in the ledger: a session, the collector, an imported file.</param>
/// <param name="Settings">What it was asked for, such as providers with keywords and level.</param>
public sealed record RecordingSource(string Name, string Settings);

/// <summary>What recording cost: Scope's own use, and the estimate of what it took from the target.</summary>
/// <param name="CpuNanos">CPU time of the recorder over the recording.</param>
/// <param name="PeakMemoryBytes">The recorder's largest working set.</param>
/// <param name="TargetOverhead">The estimated share of the target's CPU that went into telling, from 0 to 1; null when it can not be estimated.</param>
/// <param name="HowEstimated">What the estimate rests on, in a sentence.</param>
public sealed record RecordingCost(long CpuNanos, long PeakMemoryBytes, double? TargetOverhead, string HowEstimated);

/// <summary>What recording.json says.</summary>
public sealed record RecordingInfo
{
    /// <summary>The version of this file that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The version of this file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The version of Scope that wrote it.</summary>
    public string ScopeVersion { get; init; } = "";

    /// <summary>When it began.</summary>
    public EventTime Started { get; init; }

    /// <summary>When it ended; the last time it was heard of when it was broken off.</summary>
    public EventTime Ended { get; init; }

    /// <summary>Whether it was ended in order; false while it is written, and for ever when its writer was killed.</summary>
    public bool CleanEnd { get; init; }

    /// <summary>The processes, in the order of their ids.</summary>
    public IReadOnlyList<TargetInfo> Targets { get; init; } = [];

    /// <summary>Where the events came from.</summary>
    public IReadOnlyList<RecordingSource> Sources { get; init; } = [];

    /// <summary>What was captured and lost.</summary>
    public LedgerSummary Ledger { get; init; } = LedgerSummary.Empty;

    /// <summary>Whether it is a part of others, cut out of them with the ids that its events had there: ids that it lacks are no loss.</summary>
    public bool IsExcerpt { get; init; }

    /// <summary>How many events were written.</summary>
    public long Events { get; init; }

    /// <summary>How many segments were begun.</summary>
    public int Segments { get; init; }

    /// <summary>What recording cost; null where it was broken off, and where nobody measured, as for an imported file.</summary>
    public RecordingCost? Cost { get; init; }

    /// <summary>What is missing or was interrupted, and why, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new EventTimeText(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes recording.json so that at any moment either the old or the new one is there.</summary>
    internal void Write(string folder) => OwnerFile.Replace(Path.Combine(folder, RecordingFolder.InfoFile), file => JsonSerializer.Serialize(file, this, Format));

    /// <summary>Reads a folder's recording.json; says what is wrong with it, or null.</summary>
    public static string? TryRead(string folder, out RecordingInfo info)
    {
        var path = Path.Combine(folder, RecordingFolder.InfoFile);
        info = new();
        try
        {
            using var file = File.OpenRead(path);
            return TryRead(file, path, out info);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}";
        }
    }

    /// <summary>Reads the file from a stream that knows its length.</summary>
    internal static string? TryRead(Stream file, string path, out RecordingInfo info)
    {
        info = new();
        try
        {
            if (file.Length > Limits.RecordingInfoBytes) return $"{path}: {file.Length} bytes, at most {Limits.RecordingInfoBytes} can be";
            if (JsonSerializer.Deserialize<RecordingInfo>(file, Format) is not { } read) return $"{path}: it says null";
            if (read.Schema != CurrentSchema) return $"{path}: it has schema {read.Schema}; this program reads {CurrentSchema}";
            if (read is { Targets: null } or { Sources: null } or { Notes: null } or { Ledger: null or { BySource: null } or { Losses: null } }) return $"{path}: targets, sources, notes or ledger is null";
            info = read;
            return null;
        }
        catch (JsonException e)
        {
            return $"{path}, line {e.LineNumber + 1}: {e.Message}";
        }
    }
}
