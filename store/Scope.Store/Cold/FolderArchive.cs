// An archive in a folder: a disk of its own, a share, a mounted bucket. Objects are files, so that an archived recording
// is a folder which Scope and everything else can read where it lies.
using Scope.Store.Recordings;

namespace Scope.Store.Cold;

/// <summary>Keeps objects as files below a folder.</summary>
/// <param name="folder">The folder; made when the first object comes.</param>
public sealed class FolderArchive(string folder) : IArchive
{
    readonly string _root = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public string Place => _root;

    /// <inheritdoc/>
    public IEnumerable<StoredObject> List(string prefix)
    {
        // A prefix may end within a name: its folder is listed, and what does not begin so left out.
        var below = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(below)) return [];
        return from path in Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories)
               where !path.EndsWith(OwnerFile.Unfinished, StringComparison.Ordinal)
               let key = Path.GetRelativePath(_root, path).Replace('\\', '/')
               where key.StartsWith(prefix, StringComparison.Ordinal)
               orderby key
               select new StoredObject(key, new FileInfo(path).Length);
    }

    /// <inheritdoc/>
    public void Put(string key, Stream content, string? journal = null)
    {
        var path = PathOf(key);
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent)) RecordingFolder.Make(parent);
        OwnerFile.Replace(path, content.CopyTo);
    }

    /// <inheritdoc/>
    public Stream Open(string key)
    {
        try
        {
            return new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{PathOf(key)} is not there");
        }
    }

    /// <inheritdoc/>
    public void Delete(string key)
    {
        var path = PathOf(key);
        if (!File.Exists(path)) return;
        File.Delete(path);
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > _root.Length && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!)
            Directory.Delete(parent);
    }

    /// <summary>Nothing is held open.</summary>
    public void Dispose() { }

    string PathOf(string key) => Path.Combine(_root, key);
}
