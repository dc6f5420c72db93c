// A snapshot in a recording: one file, snapshots/000001.json.gz, for its owner only. JSON, because it is small, read
// once, and others may want to read it too; the generated serializer, so that it is quick and nothing is left to reflection.
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Store.Recordings;

/// <summary>Writes and reads the snapshots of a recording.</summary>
public static class SnapshotFile
{
    /// <summary>Where they are below a recording's folder.</summary>
    internal const string Folder = "snapshots";

    const string Ending = ".json.gz";

    /// <summary>Writes a snapshot into a recording's folder, so that at any moment either none or a whole one is there; gives its path.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static string Write(string recordingFolder, Snapshot snapshot)
    {
        var folder = Path.Combine(recordingFolder, Folder);
        if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
        var path = Path.Combine(folder, snapshot.Number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture) + Ending);
        OwnerFile.Replace(path, file =>
        {
            using var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
            JsonSerializer.Serialize(packed, snapshot, SnapshotJson.Default.Snapshot);
        });
        return path;
    }

    /// <summary>Reads all snapshots of a recording, in the order of their numbers; what cannot be read is told and left out.</summary>
    /// <param name="recordingFolder">The recording's folder.</param>
    /// <param name="problems">What could not be read, and why.</param>
    public static IReadOnlyList<Snapshot> ReadAll(string recordingFolder, ICollection<string> problems)
    {
        var folder = Path.Combine(recordingFolder, Folder);
        if (!Directory.Exists(folder)) return [];
        var paths = Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).ToList();
        if (paths.Count > Limits.SnapshotsRead) problems.Add($"{folder} holds {paths.Count} snapshots, of which the newest {Limits.SnapshotsRead} were read");
        var snapshots = new List<Snapshot>();
        foreach (var path in paths.TakeLast(Limits.SnapshotsRead))
            if (TryRead(path, out var problem) is { } snapshot) snapshots.Add(snapshot);
            else problems.Add(problem!);
        return [.. snapshots.OrderBy(s => s.Number)];
    }

    /// <summary>Reads one snapshot; null with the reason when it is none, is torn, or is of a newer schema.</summary>
    public static Snapshot? TryRead(string path, out string? problem)
    {
        try
        {
            using var file = File.OpenRead(path);
            return TryRead(file, path, out problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {e.Message}";
            return null;
        }
    }

    /// <summary>The same, of a stream.</summary>
    internal static Snapshot? TryRead(Stream file, string path, out string? problem)
    {
        problem = null;
        try
        {
            using var unpacked = new BoundedStream(new GZipStream(file, CompressionMode.Decompress), Limits.SnapshotFileBytes);
            var snapshot = JsonSerializer.Deserialize(unpacked, SnapshotJson.Default.Snapshot);
            if (snapshot is null) problem = $"{path}: it says null";
            else if (snapshot.Schema != Snapshot.CurrentSchema) problem = $"{path}: it has schema {snapshot.Schema}; this program reads {Snapshot.CurrentSchema}";
            return problem is null ? snapshot : null;
        }
        catch (JsonException e)
        {
            problem = $"{path}: {e.Message}";
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            problem = $"{path}: {e.Message}";
        }
        return null;
    }

    /// <summary>A stream that ends in an error where it grows beyond a bound: a few packed kilobytes can unfold to any size.</summary>
    sealed class BoundedStream(Stream of, long bytes) : OneWayStream
    {
        long _left = bytes;

        public override int Read(Span<byte> buffer)
        {
            var got = of.Read(buffer);
            _left -= got;
            return _left >= 0 ? got : throw new InvalidDataException($"it unfolds to more than {Limits.SnapshotFileBytes >> 20} MB");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) of.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>The generated serializer of snapshots.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(EventTimeText)])]
[JsonSerializable(typeof(Snapshot))]
sealed partial class SnapshotJson : JsonSerializerContext;
