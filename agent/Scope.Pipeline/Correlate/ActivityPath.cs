// The runtime writes into an activity's GUID the path that led to it: nibble by nibble the number of each activity on the
// way, then zeros, and in the last four bytes a sum over the rest with the process id. So the GUID of the activity around
// another one can be computed from it, which tells whose an event is when it was raised inside an activity that we were
// not told of (another event source's, a logging scope).
//
// A number is one nibble from 1 to 10; or a nibble from 12 on that says how many bytes (1 to 4) follow. Where that nibble is
// the high one of its byte, the low one is filler, or for numbers under 4096 their upper bits; then the runtime forgets one
// of the bytes, which for numbers under 256 leaves none at all: eleven and its followers all look alike, and share a GUID.
// Older runtimes wrote that byte. A nibble of 11 marks a number that stands in for a path too long to write.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Reads paths of runtime activities.</summary>
static class ActivityPath
{
    const int PathNibbles = 24;
    const uint SumSeed = 0x599D99AD;
    const int LastImmediate = 10, Overflow = 11, FirstMultiByte = 12;

    /// <summary>The activity around this one; false for one at the root and for GUIDs that are no paths.</summary>
    public static bool TryEnclosing(SpanKey activity, out SpanKey enclosing)
    {
        var guid = activity.TraceOrActivity;
        var bytes = MemoryMarshal.AsBytes(new Span<UInt128>(ref guid));
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        var processMark = words[0] + words[1] + words[2] + SumSeed ^ words[3];
        enclosing = default;
        if (processMark > Limits.ProcessId) return false; // Not from the runtime's activity tracker: a GUID as any.
        if (!TryStartOfLast(bytes, forgotten: 1, out var cut) && !TryStartOfLast(bytes, forgotten: 0, out cut) || cut <= 0) return false;
        for (var nibble = cut; nibble < PathNibbles; nibble++) Clear(bytes, nibble);
        words[3] = words[0] + words[1] + words[2] + SumSeed ^ processMark;
        enclosing = new(guid, 0);
        return true;
    }

    // The nibble at which the last number begins, 0 when there is but one; false when the bytes are no such path.
    static bool TryStartOfLast(ReadOnlySpan<byte> path, int forgotten, out int last)
    {
        last = 0;
        var at = 0;
        while (at < PathNibbles && Nibble(path, at) is not 0 and var code)
        {
            last = at;
            if (code == Overflow && ++at < PathNibbles) code = Nibble(path, at);
            if (code <= LastImmediate) at++;
            else if (code < FirstMultiByte) return false;
            else at = AfterBytes(path, at, code - FirstMultiByte + 1, forgotten);
        }
        for (; at < PathNibbles; at++) if (Nibble(path, at) != 0) return false;
        return true;
    }

    static int AfterBytes(ReadOnlySpan<byte> path, int at, int count, int forgotten)
    {
        var isHigh = at % 2 == 0;
        if (isHigh && count == 1) count = (Nibble(path, at + 1) == 0 ? 1 : 2) - forgotten;
        return (at + 2 & ~1) + 2 * count;
    }

    static int Nibble(ReadOnlySpan<byte> path, int at) => at % 2 == 0 ? path[at / 2] >> 4 : path[at / 2] & 0xF;

    static void Clear(Span<byte> path, int at) => path[at / 2] &= (byte)(at % 2 == 0 ? 0x0F : 0xF0);
}
