// Keeps rendered pages by their address.
using System.Collections.Concurrent;

namespace Scenes.Caching;

public interface IResponseCache
{
    string GetOrAdd(string key, Func<string, string> render);
}

public sealed class ResponseCache : IResponseCache
{
    readonly ConcurrentDictionary<string, string> _pages = new();

    public string GetOrAdd(string key, Func<string, string> render) => _pages.GetOrAdd(key, render);
}

public sealed class PageService(IResponseCache cache)
{
    public int Page(string address) => cache.GetOrAdd(address, Render).Length;

    static string Render(string address) => string.Concat(Enumerable.Repeat(address + "<br>", 200));
}
