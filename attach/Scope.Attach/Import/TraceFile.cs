// A recording that another tool left behind, opened as a stream of nettrace: as it is, or out of a .gz or a .zip. What it is
// is decided by its first bytes, never by its name. What comes out of a compressed file is bounded: a small one can unfold
// to any size.
using System.IO.Compression;
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Attach.Import;

/// <summary>A trace file that is open for reading.</summary>
public sealed class TraceFile : IDisposable
{
    const int SniffBytes = 32;

    readonly List<IDisposable> _owned;

    TraceFile(string path, string packing, Stream stream, List<IDisposable> owned, IReadOnlyList<string> remarks) =>
        (Path, Packing, Stream, _owned, Remarks) = (path, packing, stream, owned, remarks);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>How it was packed: "", "gzip" or "zip: NAME".</summary>
    public string Packing { get; }

    /// <summary>The nettrace bytes, unpacked.</summary>
    public Stream Stream { get; }

    /// <summary>What the user should know of the choice that was made, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Opens a file; a failure says what it is instead of a trace.</summary>
    public static Attempt<TraceFile> Open(string path)
    {
        var owned = new List<IDisposable>();
        try
        {
            var file = Own(owned, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
            var attempt = Sniff(path, file, owned);
            if (!attempt.Succeeded) owned.ForEach(o => o.Dispose());
            return attempt;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            owned.ForEach(o => o.Dispose());
            return Failure(path, e is InvalidDataException ? $"it begins like an archive and cannot be unpacked ({e.Message})" : e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    static Attempt<TraceFile> Sniff(string path, FileStream file, List<IDisposable> owned) => TraceSniffer.Sniff(Head(file)) switch
    {
        TraceShape.Nettrace => new TraceFile(path, "", file, owned, []),
        TraceShape.Gzip => Unpacked(path, "gzip", new GZipStream(file, CompressionMode.Decompress), owned, []),
        TraceShape.Zip => FromZip(path, file, owned),
        TraceShape.Empty => Failure(path, "it is empty"),
        _ => Failure(path, $"it is no .nettrace, nor one in a .gz or .zip: {TraceSniffer.Name(Head(file))}"),
    };

    static Attempt<TraceFile> FromZip(string path, FileStream file, List<IDisposable> owned)
    {
        var archive = Own(owned, new ZipArchive(file, ZipArchiveMode.Read));
        if (archive.Entries.Count > Limits.ImportZipEntries) return Failure(path, $"the archive has {archive.Entries.Count} entries, and at most {Limits.ImportZipEntries} are looked through");
        var traces = archive.Entries.Where(e => e.Length > 0 && e.FullName.EndsWith(".nettrace", StringComparison.OrdinalIgnoreCase)).OrderByDescending(e => e.Length).ToList();
        if (traces.Count == 0) return Failure(path, $"the archive has no .nettrace in it, only {Listed(archive.Entries.Select(e => e.FullName))}");
        string[] remarks = traces.Count == 1 ? [] : [$"The archive has {traces.Count} traces; the largest, {traces[0].FullName}, was read and not {Listed(traces.Skip(1).Select(e => e.FullName))}."];
        return Unpacked(path, $"zip: {traces[0].FullName}", traces[0].Open(), owned, remarks);
    }

    /// <summary>What comes out of an archive must be a trace itself; its first bytes are looked at and given again.</summary>
    static Attempt<TraceFile> Unpacked(string path, string packing, Stream stream, List<IDisposable> owned, IReadOnlyList<string> remarks)
    {
        Own(owned, stream);
        var head = new byte[SniffBytes];
        var length = stream.ReadAtLeast(head, SniffBytes, throwOnEndOfStream: false);
        if (TraceSniffer.Sniff(head.AsSpan(0, length)) != TraceShape.Nettrace)
            return Failure(path, $"what is in it ({packing}) is no .nettrace: {TraceSniffer.Name(head.AsSpan(0, length))}");
        return new TraceFile(path, packing, new UnpackedStream(head.AsMemory(0, length), stream), owned, remarks);
    }

    static byte[] Head(FileStream file)
    {
        file.Position = 0;
        var head = new byte[SniffBytes];
        var length = file.ReadAtLeast(head, SniffBytes, throwOnEndOfStream: false);
        file.Position = 0;
        return head[..length];
    }

    static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count == 0 ? "nothing" : string.Join(", ", all.Take(3)) + (all.Count > 3 ? $" and {all.Count - 3} more" : "");
    }

    static T Own<T>(List<IDisposable> owned, T disposable) where T : IDisposable
    {
        owned.Insert(0, disposable);
        return disposable;
    }

    static AttachFailure Failure(string path, string why) =>
        new(AttachReason.BadRequest, 0, $"cannot import {path}: {why}. Give a file that dotnet-trace or dotnet-monitor wrote.");
}
