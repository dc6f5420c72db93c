// How far a large object got: which upload it is to the server, and the receipts of the parts that are there. When we die
// or the network does, the next attempt sends the rest only.
using System.Text.Json;
using Scope.Store.Recordings;

namespace Scope.Store.S3;

/// <summary>An upload in parts that has begun.</summary>
/// <param name="Place">The archive.</param>
/// <param name="Key">The object.</param>
/// <param name="Bytes">The object's size.</param>
/// <param name="PartBytes">The size of a part, but the last.</param>
/// <param name="UploadId">The server's name for the upload.</param>
/// <param name="Parts">What the server said to each part, in order.</param>
sealed record UploadJournal(string Place, string Key, long Bytes, int PartBytes, string UploadId, IReadOnlyList<string> Parts)
{
    /// <summary>The journal of the same object for the same place; null when there is none.</summary>
    public static UploadJournal? Read(string? path, string place, string key, long bytes, int partBytes)
    {
        if (path is null || !File.Exists(path)) return null;
        try
        {
            var journal = JsonSerializer.Deserialize<UploadJournal>(File.ReadAllBytes(path));
            return journal is { Parts: not null } && (journal.Place, journal.Key, journal.Bytes, journal.PartBytes) == (place, key, bytes, partBytes) ? journal : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // It is torn: the object is sent from its beginning.
        }
    }

    /// <summary>Writes it; without a path, or where nothing can be written, nothing is remembered.</summary>
    public void Write(string? path) => Try(() =>
    {
        if (path is not null) OwnerFile.Replace(path, file => JsonSerializer.Serialize(file, this));
    });

    /// <summary>Removes it.</summary>
    public static void Forget(string? path) => Try(() =>
    {
        if (path is not null) File.Delete(path);
    });

    static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The upload is what matters. One that is not remembered begins anew, and a journal that is out of date is refused by the server.
        }
    }
}
