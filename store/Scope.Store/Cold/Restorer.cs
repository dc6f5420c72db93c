// Brings a recording back out of an archive, or the part of it that is wanted: an ordinary recording's folder, to be asked
// by every verb, that goes away again after a time. Each object is compared with its hash before it gets its name. Of the
// segments that are not wanted the sidecar index comes along, so that a reader knows what is not here from what is lost.
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Cold;

/// <summary>How restoring a recording went.</summary>
/// <param name="Recording">Its name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Segments">How many segments are there now.</param>
/// <param name="Events">How many events they hold.</param>
/// <param name="FetchedBytes">How many bytes were fetched.</param>
/// <param name="Problem">What went wrong, and what to do; null when all went well.</param>
public sealed record RestoreOutcome(string Recording, string Folder, int Segments, long Events, long FetchedBytes, string? Problem);

/// <summary>Restores recordings.</summary>
public sealed class Restorer(IArchive archive)
{
    /// <summary>Restores a recording, or those of its segments that hold something of a part in time; one that was broken off goes on, one that is there already gets what it lacks.</summary>
    /// <param name="manifest">The recording.</param>
    /// <param name="directory">Where its folder is made.</param>
    /// <param name="window">The part.</param>
    /// <param name="expires">Until when it stays.</param>
    public RestoreOutcome Restore(ArchiveManifest manifest, string directory, RecordingWindow window, EventTime expires)
    {
        var folder = Path.Combine(directory, manifest.Recording);
        var segments = manifest.Segments.Where(s => s.Overlaps(window)).ToList();
        var fetched = 0L;
        try
        {
            if (Refusal(folder, manifest, segments) is { } refusal) return new(manifest.Recording, folder, 0, 0, 0, refusal);
            if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
            new RestoredMark(archive.Place, EventTime.Now, expires).Write(folder);
            foreach (var file in manifest.Segments.Select(s => s.Index).Concat(manifest.Files).Concat(segments.Select(s => s.Segment)))
                fetched += Fetch(manifest, file, Path.Combine(folder, file.Name));
            return new(manifest.Recording, folder, segments.Count, segments.Sum(s => s.Events), fetched, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(manifest.Recording, folder, 0, 0, fetched, $"{manifest.Recording} is restored in part only: {e.Message.TrimEnd('.')}. What came before is in {folder}; run it again, and it goes on there");
        }
    }

    string? Refusal(string folder, ArchiveManifest manifest, IEnumerable<ArchivedSegment> segments)
    {
        if (Directory.Exists(folder) && RestoredMark.Read(folder) is null) return $"{folder} is there already and is no copy from an archive; ask it, or restore into another folder";
        var wanted = manifest.Segments.Select(s => s.Index).Concat(manifest.Files).Concat(segments.Select(s => s.Segment)).Where(f => !File.Exists(Path.Combine(folder, f.Name))).Sum(f => f.Bytes);
        var free = new DriveInfo(NearestThatIs(Path.GetFullPath(folder))).AvailableFreeSpace;
        return wanted > free ? $"{manifest.Recording} needs {wanted:N0} bytes, and {free:N0} are free at {folder}; make room, restore into another folder, or restore a shorter time" : null;
    }

    static string NearestThatIs(string folder) => Directory.Exists(folder) ? folder : NearestThatIs(Path.GetDirectoryName(folder)!);

    long Fetch(ArchiveManifest manifest, ArchivedFile file, string path)
    {
        if (IsThere(file, path)) return 0;
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent)) RecordingFolder.Make(parent);
        using var content = archive.Open(manifest.KeyOf(file));
        OwnerFile.Replace(path, into =>
        {
            var (bytes, hash) = Hashed.Copy(content, into);
            if (bytes != file.Bytes || hash != file.Sha256)
                throw new IOException($"{archive.Place}/{manifest.KeyOf(file)} is not what was archived: {bytes} bytes with the SHA-256 {hash}, where {file.Bytes} with {file.Sha256} should be; it was changed or is damaged, and the part that it held cannot be restored");
        });
        return file.Bytes;
    }

    static bool IsThere(ArchivedFile file, string path)
    {
        if (!File.Exists(path)) return false;
        using var there = File.OpenRead(path);
        return there.Length == file.Bytes && Hashed.Of(there) == file.Sha256;
    }
}
