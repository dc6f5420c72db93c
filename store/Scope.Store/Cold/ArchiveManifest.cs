// manifest.json: what of a recording is in the archive, and what each object must be to the byte. It is written last, so
// an object that no manifest names is not archived, however whole it looks.
using System.Text.Json;
using System.Text.Json.Serialization;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Cold;

/// <summary>One object of an archived recording.</summary>
/// <param name="Name">Its name below the recording's.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hex.</param>
public sealed record ArchivedFile(string Name, long Bytes, string Sha256);

/// <summary>One archived segment.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Index">Its sidecar index, which says what it holds without fetching it.</param>
/// <param name="FirstEvent">The id of its first event.</param>
/// <param name="LastEvent">The id of its last event; ids between may be missing.</param>
/// <param name="Events">How many events it holds.</param>
/// <param name="From">The time of its earliest event.</param>
/// <param name="To">The time of its latest event.</param>
public sealed record ArchivedSegment(ArchivedFile Segment, ArchivedFile Index, EventId FirstEvent, EventId LastEvent, long Events, EventTime From, EventTime To)
{
    /// <summary>Whether it may hold something of a part in time.</summary>
    public bool Overlaps(RecordingWindow window) => Events > 0 && From <= window.To && To >= window.From;
}

/// <summary>A process of an archived recording.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Name">Its name.</param>
public sealed record ArchivedTarget(int Pid, string Name);

/// <summary>What an archive holds of one recording.</summary>
public sealed record ArchiveManifest
{
    /// <summary>The version of this file that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Its name below the recording's.</summary>
    public const string FileName = "manifest.json";

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new EventTimeText(), new EventIdText() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The version of this file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The recording's name: that of its folder.</summary>
    public required string Recording { get; init; }

    /// <summary>When the recording began, as its recording.json says: by this and its name it is known.</summary>
    public EventTime Started { get; init; }

    /// <summary>When it was archived last.</summary>
    public EventTime Archived { get; init; }

    /// <summary>What it was archived from: the folder that it was recorded into, or a tier. Segments from both do not mix, as each numbers spans and flows in its own way.</summary>
    public string Source { get; init; } = FromFolder;

    /// <summary>The source that is the recording's own folder.</summary>
    public const string FromFolder = "folder";

    /// <summary>Whether the recording had ended and all that there was of it is here.</summary>
    public bool Whole { get; init; }

    /// <summary>The processes.</summary>
    public IReadOnlyList<ArchivedTarget> Targets { get; init; } = [];

    /// <summary>How many events are here.</summary>
    public long Events => Segments.Sum(s => s.Events);

    /// <summary>How many bytes are here.</summary>
    public long Bytes => Objects.Sum(o => o.Bytes);

    /// <summary>The time of the earliest event; <see cref="EventTime.Max"/> when there is none.</summary>
    public EventTime From => Segments.Where(s => s.Events > 0).Select(s => s.From).DefaultIfEmpty(EventTime.Max).Min();

    /// <summary>The time of the latest event; <see cref="EventTime.Min"/> when there is none.</summary>
    public EventTime To => Segments.Where(s => s.Events > 0).Select(s => s.To).DefaultIfEmpty(EventTime.Min).Max();

    /// <summary>The segments, in the order of their numbers.</summary>
    public IReadOnlyList<ArchivedSegment> Segments { get; init; } = [];

    /// <summary>What else was in the recording's folder.</summary>
    public IReadOnlyList<ArchivedFile> Files { get; init; } = [];

    /// <summary>All objects but the manifest itself.</summary>
    [JsonIgnore]
    public IEnumerable<ArchivedFile> Objects => Segments.SelectMany(s => (ArchivedFile[])[s.Segment, s.Index]).Concat(Files);

    /// <summary>The key of an object.</summary>
    public string KeyOf(ArchivedFile file) => $"{Recording}/{file.Name}";

    /// <summary>The key of a recording's manifest.</summary>
    public static string KeyOf(string recording) => $"{recording}/{FileName}";

    /// <summary>The bytes of the file.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Format);

    /// <summary>Reads the manifest of a recording; null when there is none. Throws an <see cref="IOException"/> that says what is wrong with one that cannot be used.</summary>
    public static ArchiveManifest? Read(IArchive archive, string recording)
    {
        var key = KeyOf(recording);
        try
        {
            using var file = archive.Open(key);
            if (!Hashed.TryReadAll(file, Limits.ArchiveManifestBytes, out var bytes)) throw Unusable(archive, key, $"it is larger than {Limits.ArchiveManifestBytes >> 20} MB");
            var manifest = JsonSerializer.Deserialize<ArchiveManifest>(bytes, Format) ?? throw Unusable(archive, key, "it says null");
            return manifest.Fault(recording) is { } fault ? throw Unusable(archive, key, fault) : manifest;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw Unusable(archive, key, e.Message);
        }
    }

    static IOException Unusable(IArchive archive, string key, string why) =>
        new($"{archive.Place}/{key} cannot be used: {why}. The objects beside it may be whole; archive the recording again to have it described anew, after taking this file away");

    string? Fault(string recording)
    {
        if (Schema != CurrentSchema) return $"it has schema {Schema}; this program reads {CurrentSchema}";
        if (Segments.Any(s => s is null) || Files.Any(f => f is null)) return "an entry of it is null";
        if (Recording != recording) return $"it is of {Recording}";
        // Names become paths when the recording is restored: an archive that others can write to must not choose where.
        if (Objects.Select(o => o.Name).Append(Recording).FirstOrDefault(name => !IsPlain(name)) is { } odd) return $"'{odd}' is no name of a file in a recording";
        return Objects.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"'{twice.Key}' is named twice" : null;
    }

    static bool IsPlain(string name) => name.Split('/') is { Length: < 10 } parts && parts.All(p => p.Length is > 0 and < 256 && p is not "." and not ".." && !p.Any(c => char.IsControl(c) || c is '\\' or ':'));

    sealed class EventIdText : JsonConverter<EventId>
    {
        public override EventId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, EventId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
    }
}
