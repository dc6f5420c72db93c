// What an archive holds, by its manifests; and taking away what has become too old.

namespace Scope.Store.Cold;

/// <summary>The recordings of an archive.</summary>
public static class ArchivedRecordings
{
    /// <summary>The manifests of all recordings, the earliest first.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="problems">Manifests that cannot be used, and why.</param>
    public static IReadOnlyList<ArchiveManifest> All(IArchive archive, ICollection<string> problems)
    {
        var all = new List<ArchiveManifest>();
        foreach (var stored in archive.List(""))
        {
            if (stored.Key.Split('/') is not [var recording, ArchiveManifest.FileName]) continue;
            try
            {
                if (ArchiveManifest.Read(archive, recording) is { } manifest) all.Add(manifest);
            }
            catch (IOException e)
            {
                problems.Add(e.Message);
            }
        }
        return [.. all.OrderBy(m => m.From)];
    }

    /// <summary>Takes a recording out of the archive. The manifest goes last, so that a removal which was broken off is seen and done again.</summary>
    public static void Remove(IArchive archive, ArchiveManifest manifest)
    {
        foreach (var file in manifest.Objects) archive.Delete(manifest.KeyOf(file));
        archive.Delete(ArchiveManifest.KeyOf(manifest.Recording));
    }
}
