// A place that keeps objects for long: a folder, or a bucket. Both are asked for five things only, so that what makes an
// archive one (verified, resumed, described by a manifest) is written once, above them.
namespace Scope.Store.Cold;

/// <summary>An object in an archive.</summary>
/// <param name="Key">Its name, with '/' between parts.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct StoredObject(string Key, long Bytes);

/// <summary>
/// Keeps objects under keys. What fails throws an <see cref="IOException"/> (or <see cref="UnauthorizedAccessException"/>)
/// whose text says what failed, where, and what to do.
/// </summary>
public interface IArchive : IDisposable
{
    /// <summary>Where it is, in words for people; without secrets.</summary>
    string Place { get; }

    /// <summary>The objects whose keys begin so, in the order of their keys.</summary>
    IEnumerable<StoredObject> List(string prefix);

    /// <summary>Puts an object there, over one of the same key; nobody ever sees half of it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">What it holds, from the beginning; it can seek.</param>
    /// <param name="journal">A file that may remember how far a large object got, so that the next attempt goes on there; it is gone when the object is there.</param>
    void Put(string key, Stream content, string? journal = null);

    /// <summary>Reads an object. Throws <see cref="FileNotFoundException"/> when it is not there.</summary>
    Stream Open(string key);

    /// <summary>Takes an object away; one that is not there is no failure.</summary>
    void Delete(string key);
}
