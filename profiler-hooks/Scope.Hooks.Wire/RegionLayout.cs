// Where things are in the shared memory: head, text table, rings. One place for the arithmetic of both sides.
namespace Scope.Hooks.Wire;

/// <summary>The sizes of a region.</summary>
/// <param name="Rings">How many rings.</param>
/// <param name="Slots">Records in each, a power of two.</param>
/// <param name="TextBytes">Bytes of the text table.</param>
public readonly record struct RegionLayout(int Rings, int Slots, int TextBytes)
{
    /// <summary>What the collector makes: rings for 128 threads that write at a time, 256 KB each, which is a tenth of a second at 40,000 records a second. Memory is taken ring by ring, as threads come.</summary>
    public static RegionLayout Usual => new(128, 4096, 256 * 1024);

    /// <summary>Whether a region may look like this. Bounded, so that no product below overflows whatever a head claims.</summary>
    public bool IsValid => Rings is > 0 and <= HookLimits.MaxRings && Slots is > 0 and <= HookLimits.MaxSlots && (Slots & (Slots - 1)) == 0 && TextBytes is > 0 and <= HookLimits.MaxNameTableBytes && TextBytes % 64 == 0;

    /// <summary>The size of one ring with its head.</summary>
    public long RingBytes => RingHeader.Bytes + (long)Slots * HookRecord.Bytes;

    /// <summary>The size of the region.</summary>
    public long Bytes => RegionHeader.Bytes + TextBytes + Rings * RingBytes;

    /// <summary>Where the text table begins.</summary>
    public static long TextOffset => RegionHeader.Bytes;

    /// <summary>Where a ring begins.</summary>
    public long RingOffset(int ring) => RegionHeader.Bytes + TextBytes + ring * RingBytes;
}

/// <summary>The name under which the collector's region stands in /proc/PID/fd, which is how the agent finds it.</summary>
public static class HookRegionName
{
    /// <summary>The name.</summary>
    public const string Value = "scope-hooks-1";
}
