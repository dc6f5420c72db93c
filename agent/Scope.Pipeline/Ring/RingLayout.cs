// The ring's counters, laid out so that no two threads write to one cache line. Lines are taken as 128 bytes, since
// processors fetch them in pairs. A test pins every offset: a field moved by mistake costs a factor, not a failure.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scope.Pipeline.Ring;

/// <summary>What only the writer touches.</summary>
[StructLayout(LayoutKind.Explicit, Size = RingLayout.LineBytes)]
struct WriterLine
{
    /// <summary>The position that the next event goes to.</summary>
    [FieldOffset(0)] public long Next;

    /// <summary>The position that may not be written before there is room: the slowest reader's cursor as last seen, plus the capacity.</summary>
    [FieldOffset(8)] public long RoomEnds;
}

/// <summary>What the writer tells the readers.</summary>
[StructLayout(LayoutKind.Explicit, Size = RingLayout.LineBytes)]
struct PublishedLine
{
    /// <summary>All positions before this can be read.</summary>
    [FieldOffset(0)] public long Head;

    /// <summary>All positions before this may have been written to; a copy of one a lap behind it can be torn.</summary>
    [FieldOffset(8)] public long Claimed;

    /// <summary>No event before this time will come; in ns.</summary>
    [FieldOffset(16)] public long Watermark;
}

/// <summary>What the writer dropped, taken by whoever keeps the account.</summary>
[StructLayout(LayoutKind.Explicit, Size = RingLayout.LineBytes)]
struct DroppedLine
{
    [FieldOffset(0)] public long Count;
    [FieldOffset(8)] public long FirstTime;
    [FieldOffset(16)] public long LastTime;
}

/// <summary>One reader: a line that the writer looks at, and one of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * RingLayout.LineBytes)]
struct ReaderLines
{
    /// <summary>The next position it will read; long.MaxValue while the place is free.</summary>
    [FieldOffset(0)] public long Cursor;

    /// <summary>The head as last seen by the reader.</summary>
    [FieldOffset(RingLayout.LineBytes)] public long CachedHead;
}

/// <summary>All counters of one ring.</summary>
[StructLayout(LayoutKind.Explicit, Size = (3 + 2 * RingLayout.Readers) * LineBytes)]
struct RingLayout
{
    public const int LineBytes = 128;
    public const int Readers = Events.Limits.RingReaders;

    [FieldOffset(0)] public WriterLine Writer;
    [FieldOffset(LineBytes)] public PublishedLine Published;
    [FieldOffset(2 * LineBytes)] public DroppedLine Dropped;
    [FieldOffset(3 * LineBytes)] public ReaderPlaces Places;
}

/// <summary>The places for readers.</summary>
[InlineArray(RingLayout.Readers)]
struct ReaderPlaces
{
    ReaderLines _first;
}
