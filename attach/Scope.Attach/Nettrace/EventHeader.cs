// The header that stands before each event, in the four shapes that it has had. Compressed headers tell only what differs
// from the header before, so one header is decoded over the other. The decoder looks ahead without asking where the block
// ends: the window has slack behind its last byte, and a position past the end says afterwards that the header was cut.
using System.Runtime.CompilerServices;

namespace Scope.Attach.Nettrace;

/// <summary>A header as decoded, kept from one event to the next.</summary>
struct EventHeader
{
    public NettraceEvent Event;
    public int MetadataId;
    public int PayloadBytes;
    /// <summary>Version 6: the list of labels that applies.</summary>
    public int LabelList;
    public bool IsSorted;
    /// <summary>A number in it was longer than a number can be.</summary>
    public bool IsMalformed;

    /// <summary>Versions 4 and 5, compressed; gives the position of the payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadCompressed(ref byte bytes, int at)
    {
        var flags = Unsafe.Add(ref bytes, at++);
        if ((flags & 1) != 0) MetadataId = (int)Number32(ref bytes, ref at);
        if ((flags & 2) != 0) ReadCaptureThread(ref bytes, ref at);
        if (MetadataId != 0) Event.Sequence++;
        if ((flags & 4) != 0) Event.ThreadId = (long)Number64(ref bytes, ref at);
        if ((flags & 8) != 0) Event.StackId = (int)Number32(ref bytes, ref at);
        Event.Ticks += (long)Number64(ref bytes, ref at);
        if ((flags & 48) != 0) at = ReadActivities(ref bytes, at, flags);
        IsSorted = (flags & 64) != 0;
        if ((flags & 128) != 0) PayloadBytes = (int)Number32(ref bytes, ref at);
        return at;
    }

    /// <summary>Version 6, compressed: labels in place of activities, and every row counts.</summary>
    public int ReadCompressedV6(ref byte bytes, int at)
    {
        var flags = Unsafe.Add(ref bytes, at++);
        if ((flags & 1) != 0) MetadataId = (int)Number32(ref bytes, ref at);
        if ((flags & 2) != 0) ReadCaptureThread(ref bytes, ref at);
        Event.Sequence++;
        if ((flags & 4) != 0) Event.ThreadId = (long)Number64(ref bytes, ref at);
        if ((flags & 8) != 0) Event.StackId = (int)Number32(ref bytes, ref at);
        Event.Ticks += (long)Number64(ref bytes, ref at);
        if ((flags & 16) != 0) LabelList = (int)Number32(ref bytes, ref at);
        IsSorted = (flags & 64) != 0;
        if ((flags & 128) != 0) PayloadBytes = (int)Number32(ref bytes, ref at);
        return at;
    }

    /// <summary>Versions 4 to 6, not compressed.</summary>
    public int ReadPlain(ref byte bytes, int at, bool hasLabels)
    {
        var sort = Take<uint>(ref bytes, at + 4);
        MetadataId = (int)(sort & 0x7FFF_FFFF);
        IsSorted = sort == (uint)MetadataId;
        Event.Sequence = Take<uint>(ref bytes, at + 8);
        Event.ThreadId = Take<long>(ref bytes, at + 12);
        Event.CaptureThreadId = Take<long>(ref bytes, at + 20);
        Event.Processor = Take<int>(ref bytes, at + 28);
        Event.StackId = Take<int>(ref bytes, at + 32);
        Event.Ticks = Take<long>(ref bytes, at + 36);
        at += 44;
        if (hasLabels)
        {
            LabelList = Take<int>(ref bytes, at);
            at += 4;
        }
        else
        {
            Event.ActivityId = Take<Guid>(ref bytes, at);
            Event.RelatedActivityId = Take<Guid>(ref bytes, at + 16);
            at += 32;
        }
        PayloadBytes = Take<int>(ref bytes, at);
        return at + 4;
    }

    /// <summary>Version 3: no numbering, no capture thread, and the stack behind the payload.</summary>
    public int ReadV3(ref byte bytes, int at, out int eventBytes)
    {
        eventBytes = Take<int>(ref bytes, at);
        MetadataId = Take<int>(ref bytes, at + 4);
        Event.ThreadId = Event.CaptureThreadId = Take<int>(ref bytes, at + 8);
        Event.Ticks = Take<long>(ref bytes, at + 12);
        Event.ActivityId = Take<Guid>(ref bytes, at + 20);
        Event.RelatedActivityId = Take<Guid>(ref bytes, at + 36);
        PayloadBytes = Take<int>(ref bytes, at + 52);
        Event.Processor = -1;
        return at + 56;
    }

    void ReadCaptureThread(ref byte bytes, ref int at)
    {
        Event.Sequence += Number32(ref bytes, ref at);
        Event.CaptureThreadId = (long)Number64(ref bytes, ref at);
        Event.Processor = (int)Number32(ref bytes, ref at);
    }

    int ReadActivities(ref byte bytes, int at, byte flags)
    {
        if ((flags & 16) != 0)
        {
            Event.ActivityId = Take<Guid>(ref bytes, at);
            at += 16;
        }
        if ((flags & 32) == 0) return at;
        Event.RelatedActivityId = Take<Guid>(ref bytes, at);
        return at + 16;
    }

    static T Take<T>(ref byte bytes, int at) where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref bytes, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    uint Number32(ref byte bytes, ref int at)
    {
        uint first = Unsafe.Add(ref bytes, at++);
        return first < 0x80 ? first : (uint)LongNumber(ref bytes, ref at, first & 0x7F, 35);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ulong Number64(ref byte bytes, ref int at)
    {
        ulong first = Unsafe.Add(ref bytes, at++);
        return first < 0x80 ? first : LongNumber(ref bytes, ref at, first & 0x7F, 70);
    }

    ulong LongNumber(ref byte bytes, ref int at, ulong value, int bits)
    {
        for (var shift = 7; shift < bits; shift += 7)
        {
            ulong next = Unsafe.Add(ref bytes, at++);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        IsMalformed = true;
        return value;
    }
}
