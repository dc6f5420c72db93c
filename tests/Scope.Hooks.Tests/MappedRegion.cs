// The collector's memory as the agent sees it: the target's anonymous file, opened through /proc and mapped.
using System.IO.MemoryMappedFiles;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

sealed unsafe class MappedRegion : IDisposable
{
    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly byte* _start;

    public MappedRegion(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Reader = RegionReader.Open(start, (long)_view.SafeMemoryMappedViewHandle.ByteLength, out string why) ?? throw new AssertFailedException(why);
        Names = new NameReader(start, Reader.Layout);
        Native = new NativeMailbox(start);
        Probes = ProbeArea.Open(start, Reader.Layout, (long)_view.SafeMemoryMappedViewHandle.ByteLength, out _);
        _start = start;
    }

    /// <summary>The names of its records.</summary>
    public NameReader Names { get; }
    public RegionReader Reader { get; }
    /// <summary>The mailbox, where it is a region of the native part.</summary>
    public NativeMailbox Native { get; }
    /// <summary>Its probes, likewise.</summary>
    public ProbeArea? Probes { get; }
    /// <summary>All of it, to be damaged.</summary>
    public Span<byte> Bytes => new(_start, (int)Reader.Layout.Bytes);
    /// <summary>What stands behind its rings, likewise.</summary>
    public Span<byte> AreaBytes => new(_start + Reader.Layout.Bytes, ProbeArea.Bytes);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
