// A region in this process's own memory, as the collector would make it.
using System.Runtime.InteropServices;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

sealed unsafe class Region : IDisposable
{
    public Region(int rings = 2, int slots = 16, int textBytes = 1024)
    {
        Layout = new RegionLayout(rings, slots, textBytes);
        Start = (byte*)NativeMemory.AlignedAlloc((nuint)Layout.Bytes, 64);
        NativeMemory.Clear(Start, (nuint)Layout.Bytes);
        var header = (RegionHeader*)Start;
        (header->Magic, header->Version) = (RegionHeader.ExpectedMagic, RegionHeader.CurrentVersion);
        (header->Rings, header->Slots, header->TextBytes) = ((uint)rings, (uint)slots, (uint)textBytes);
    }

    public RegionLayout Layout { get; }
    public byte* Start { get; }
    public Span<byte> Bytes => new(Start, (int)Layout.Bytes);

    public RegionReader Open() => RegionReader.Open(Start, Layout.Bytes, out string why) ?? throw new AssertFailedException(why);

    public RingWriter Take(int thread)
    {
        RingWriter.TryTake(Start, Layout, thread, out var writer).ShouldBeTrue();
        return writer;
    }

    public void Dispose() => NativeMemory.AlignedFree(Start);
}
