// An archive behind a network that damages: what is put under one name arrives with a byte that is another.
using Scope.Store.Cold;

namespace Scope.Store.Tests.Cold;

sealed class DamagingArchive(IArchive archive, string name, int times) : IArchive
{
    int _left = times;

    public string Place => archive.Place;

    public IEnumerable<StoredObject> List(string prefix) => archive.List(prefix);

    public void Put(string key, Stream content, string? journal = null)
    {
        if (!key.EndsWith(name, StringComparison.Ordinal) || _left-- <= 0)
        {
            archive.Put(key, content, journal);
            return;
        }
        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        bytes[^1] ^= 1;
        archive.Put(key, new MemoryStream(bytes), journal);
    }

    public Stream Open(string key) => archive.Open(key);

    public void Delete(string key) => archive.Delete(key);

    public void Dispose() => archive.Dispose();
}
