// A segment as a file, written at its end only. What fails throws, and the caller abandons the segment, which cuts it back
// to whole frames; where even that fails, a reader cuts the torn tail at the last good frame.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Writes one segment file after another.</summary>
/// <param name="catalog">What the events' handles refer to.</param>
/// <param name="compression">How frames are compressed.</param>
/// <param name="recorded">What the ids were in the recording, where the catalog has others.</param>
sealed class SegmentFileWriter(Catalog catalog, FrameCompression compression = FrameCompression.Brotli, KnownIdentities? recorded = null) : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly SegmentEncoder _encoder = new(catalog, compression, recorded);
    FileStream? _file;
    long _whole, _synced;

    /// <summary>Whether a segment is open.</summary>
    public bool IsOpen => _file is not null;

    /// <summary>Whether the disk was made to keep all that the open segment has.</summary>
    public bool IsSynced => _file is null || _synced == _whole;

    /// <summary>The open segment's path.</summary>
    public string Path { get; private set; } = "";

    /// <summary>How many bytes the open segment has, or the one before had in the end.</summary>
    public long Bytes => _whole;

    /// <summary>How many events the open segment has.</summary>
    public long EventCount => _encoder.EventCount;

    /// <summary>What the open segment holds so far.</summary>
    public SegmentIndex Index => _encoder.Index;

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed => _encoder.PayloadsMissed;

    /// <summary>Begins a segment in a new file.</summary>
    public void Open(string path, int number)
    {
        _file = new FileStream(path, Options(FileMode.CreateNew));
        Path = path;
        _whole = _synced = 0;
        _encoder.Begin(number);
        WritePending();
    }

    /// <summary>Appends events.</summary>
    public void Append(ReadOnlySpan<ScopeEvent> events, EventIds ids)
    {
        _encoder.Add(events, ids);
        WritePending();
    }

    /// <summary>Makes the disk keep what was appended.</summary>
    public void Sync()
    {
        if (IsSynced) return;
        DiskSync.Keep(_file!);
        if (_synced == 0) DiskSync.TryKeepNames(System.IO.Path.GetDirectoryName(Path)!);
        _synced = _whole;
    }

    /// <summary>Ends the segment in order and writes its sidecar index beside it.</summary>
    /// <param name="sync">Whether the disk is made to keep it.</param>
    public void Seal(bool sync = true)
    {
        _encoder.Seal();
        WritePending();
        if (sync) Sync();
        Dispose();
        WriteIndex(System.IO.Path.ChangeExtension(Path, ".idx"));
    }

    /// <summary>
    /// Gives the open segment up after something failed. What was written whole stays, when the disk keeps it; else only what it
    /// was made to keep before. Without an event the file goes.
    /// </summary>
    /// <param name="sync">Whether the disk is made to keep what stays.</param>
    /// <returns>Whether all that was written whole stays.</returns>
    public bool Abandon(bool sync)
    {
        if (_file is null) return true;
        var stays = TryCut(_whole, sync);
        if (!stays) TryCut(_whole = _synced, sync: false);
        Dispose();
        return stays;
    }

    /// <summary>Lets go of the file as it is.</summary>
    public void Dispose()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
    }

    bool TryCut(long length, bool sync)
    {
        try
        {
            if (length > SegmentHeader.SizeBytes) _file!.SetLength(length);
            else File.Delete(Path);
            if (sync) Sync();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The disk refuses even that: a reader will cut the torn tail instead.
        }
    }

    void WritePending()
    {
        _file!.Write(_encoder.Pending);
        _encoder.Take();
        _whole = _encoder.Bytes;
    }

    // Whoever finds no index, or half of one, reads the segment; so a disk that has no room for it is no failure.
    void WriteIndex(string path)
    {
        try
        {
            var index = new ByteWriter();
            _encoder.Index.Write(index);
            using var sidecar = new FileStream(path, Options(FileMode.Create));
            sidecar.Write(index.Written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
