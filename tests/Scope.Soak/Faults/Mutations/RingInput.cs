// Shared memory as a collector leaves it, damaged before it is opened and again while it is read, through reader and translator.
using System.Runtime.InteropServices;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Pipeline.Ring;

namespace Scope.Soak.Faults.Mutations;

sealed unsafe class RingInput : IMutatedInput
{
    const int Rings = 2, Slots = 16, TextBytes = 256, Records = 12, Rounds = 3, RingEvents = 1024;

    static readonly RegionLayout s_layout = new(Rings, Slots, TextBytes);

    public string Name => "shared rings";

    public void Take(Random random)
    {
        var region = (byte*)NativeMemory.AlignedAlloc((nuint)s_layout.Bytes, 64);
        try
        {
            Fill(region, random);
            Damage(region, random);
            if (RegionReader.Open(region, s_layout.Bytes, out var why) is { } reader) Read(region, reader, random);
            else if (why.Length == 0) throw new InvalidOperationException("it is refused and does not say why");
        }
        finally
        {
            NativeMemory.AlignedFree(region);
        }
    }

    static void Read(byte* region, RegionReader reader, Random random)
    {
        var catalog = new Catalog();
        var target = catalog.Targets.Add(new(1, "damaged", "", "", "", "", EventTime.Min, 0, "damaged"));
        var translator = new HookTranslator(target, catalog, new(), new EventRing(RingEvents), new TargetSymbols(target, catalog), reader, new NameReader(region, reader.Layout), "damaged");
        for (var round = 0; round < Rounds; round++)
        {
            translator.Read(long.MaxValue);
            reader.Reap(thread => thread % 2 == 0);
            Damage(region, random);
        }
        translator.End(EventTime.Now);
    }

    static void Fill(byte* region, Random random)
    {
        NativeMemory.Clear(region, (nuint)s_layout.Bytes);
        var header = (RegionHeader*)region;
        (header->Magic, header->Version, header->TicksPerSecond) = (RegionHeader.ExpectedMagic, RegionHeader.CurrentVersion, 1_000_000_000);
        (header->Rings, header->Slots, header->TextBytes) = (Rings, Slots, TextBytes);
        new NameWriter(region, s_layout).Add("Microsoft.AspNetCore.Hosting.HttpRequestIn");
        if (!RingWriter.TryTake(region, s_layout, 1, out var writer)) throw new InvalidOperationException("a new region has no ring to give");
        Span<byte> text = stackalloc byte[48];
        for (var i = 0; i < Records; i++)
        {
            random.NextBytes(text);
            writer.TryWrite(new() { Ticks = i, Kind = (HookKind)random.Next(1, 16), Name = 1, Span = (ulong)i, Value = i }, i % 2 == 0 ? text : default);
        }
    }

    // Mostly where it hurts: the heads of region and rings. The reader knows its size from the kernel, so that stays as it is.
    static void Damage(byte* region, Random random)
    {
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            long at = random.Next(3) switch { 0 => random.Next(128), 1 => s_layout.RingOffset(random.Next(Rings)) + random.Next(144), _ => random.Next((int)s_layout.Bytes) };
            region[at] = (byte)random.Next(256);
        }
    }

    public void Dispose() { }
}
