// An archive whose work is shown on a terminal while it is done: what moves right now and how much has moved. To send or fetch
// gigabytes takes minutes, and who waits wants to see that it goes on.
using Scope.Store.Cold;

namespace Scope.Agent;

/// <summary>Shows what an archive does, in one line that is gone when it is closed.</summary>
/// <param name="archive">The archive; closed with this.</param>
/// <param name="terminal">Where the line is.</param>
/// <param name="width">How wide it may be, characters.</param>
sealed class ShownArchive(IArchive archive, TextWriter terminal, int width) : IArchive
{
    long _sentBytes;
    int _read;
    bool _isShown;

    /// <summary>An archive that is shown where somebody looks on.</summary>
    public static IArchive Of(IArchive archive, bool quiet) =>
        quiet || Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" ? archive : new ShownArchive(archive, Console.Error, Math.Max(20, Console.WindowWidth));

    /// <inheritdoc/>
    public string Place => archive.Place;

    /// <inheritdoc/>
    public IEnumerable<StoredObject> List(string prefix) => archive.List(prefix);

    /// <inheritdoc/>
    public void Put(string key, Stream content, string? journal = null)
    {
        Show($"sending {key}, {Megabytes(content.Length)}");
        archive.Put(key, content, journal);
        _sentBytes += content.Length;
    }

    /// <inheritdoc/>
    public Stream Open(string key)
    {
        Show($"reading {key}");
        _read++;
        return archive.Open(key);
    }

    /// <inheritdoc/>
    public void Delete(string key) => archive.Delete(key);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isShown) terminal.Write($"\r{new string(' ', width - 1)}\r");
        archive.Dispose();
    }

    void Show(string what)
    {
        var line = $"{what}; {Megabytes(_sentBytes)} sent, {_read} objects read …";
        terminal.Write($"\r{(line.Length < width ? line.PadRight(width - 1) : line[..(width - 1)])}");
        _isShown = true;
    }

    static string Megabytes(long bytes) => $"{bytes / 1e6:0.0} MB";
}
