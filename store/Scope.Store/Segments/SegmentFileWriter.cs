// A segment as a file, written at its end only. What fails throws, and the caller abandons the segment: a reader cuts the
// torn tail at the last good frame.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Writes one segment file after another.</summary>
sealed class SegmentFileWriter(Catalog catalog, FrameCompression compression = FrameCompression.Brotli) : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly SegmentEncoder _encoder = new(catalog, compression);
    FileStream? _file;
    bool _synced = true;
    long _whole;

    /// <summary>Whether a segment is open.</summary>
    public bool IsOpen => _file is not null;

    /// <summary>The open segment's path.</summary>
    public string Path { get; private set; } = "";

    /// <summary>How many bytes the open segment has.</summary>
    public long Bytes => _encoder.Bytes;

    /// <summary>How many events the open segment has.</summary>
    public long EventCount => _encoder.EventCount;

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed => _encoder.PayloadsMissed;

    /// <summary>Begins a segment in a new file.</summary>
    public void Open(string path, int number)
    {
        _file = new FileStream(path, Options(FileMode.CreateNew));
        Path = path;
        _whole = 0;
        _encoder.Begin(number);
        WritePending();
    }

    /// <summary>Appends events whose ids count up from the first one's by one.</summary>
    public void Append(ReadOnlySpan<ScopeEvent> events, EventId first)
    {
        _encoder.Add(events, first);
        WritePending();
    }

    /// <summary>Makes the disk keep what was appended.</summary>
    public void Sync()
    {
        if (!_synced) _file?.Flush(flushToDisk: true);
        _synced = true;
    }

    /// <summary>Ends the segment in order and writes its sidecar index beside it.</summary>
    public void Seal()
    {
        _encoder.Seal();
        WritePending();
        Sync();
        Dispose();
        var index = new ByteWriter();
        _encoder.Index.Write(index);
        using var sidecar = new FileStream(System.IO.Path.ChangeExtension(Path, ".idx"), Options(FileMode.Create));
        sidecar.Write(index.Written);
    }

    /// <summary>Gives the open segment up after something failed: cuts it back to what was written whole, and removes it when that is nothing.</summary>
    public void Abandon()
    {
        if (_file is null) return;
        try
        {
            if (_whole > SegmentHeader.SizeBytes) _file.SetLength(_whole);
            else File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk refuses even that: a reader will cut the torn tail instead.
        }
        Dispose();
    }

    /// <summary>Lets go of the file as it is.</summary>
    public void Dispose()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
        _synced = true;
    }

    void WritePending()
    {
        _file!.Write(_encoder.Pending);
        _encoder.Take();
        _whole = _encoder.Bytes;
        _synced = false;
    }

    static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
