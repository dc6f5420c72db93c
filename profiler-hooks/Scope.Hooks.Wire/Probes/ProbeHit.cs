// Hits as the agent reads them: takes the values of one apart. The bytes are another process's claim: what does not fit
// together is no hit.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>A captured value.</summary>
/// <param name="Capture">The index of the capture in its order.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">Its bytes, as <see cref="ProbeValueKind"/> says.</param>
public readonly record struct ProbeValue(int Capture, ProbeValueKind Kind, ReadOnlyMemory<byte> Content)
{
    /// <summary>The number of all kinds that are one: whole numbers, a double's bits, a bool, a char, a method table, a length, an index.</summary>
    public long Number => Content.Length switch
    {
        >= 8 => BinaryPrimitives.ReadInt64LittleEndian(Content.Span),
        >= 4 when Kind is ProbeValueKind.Int => BinaryPrimitives.ReadInt32LittleEndian(Content.Span),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(Content.Span),
        _ => 0,
    };

    /// <summary>Of a text what was kept of it.</summary>
    public string Text => Kind is ProbeValueKind.Text && Content.Length > 4 ? new string(MemoryMarshal.Cast<byte, char>(Content.Span[4..])) : "";

    /// <summary>Of a text how long it is in all, in characters.</summary>
    public int TextLength => Kind is ProbeValueKind.Text && Content.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(Content.Span) : 0;
}

/// <summary>A hit.</summary>
/// <param name="Thread">The operating system's id of the thread, as the ring says.</param>
/// <param name="Record">Its record.</param>
/// <param name="Values">What was captured.</param>
public sealed record ProbeHit(int Thread, ProbeRecord Record, IReadOnlyList<ProbeValue> Values)
{
    /// <summary>Takes what <see cref="RegionReader.Drain"/> hands over; null when it is of no probe, or its values do not fit together.</summary>
    public static ProbeHit? Read(int thread, in HookRecord record, ReadOnlySpan<byte> text)
    {
        if (record.Kind is < HookKind.ProbeEnter or > HookKind.ProbeLine)
            return null;
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<HookRecord>(in record));
        var hit = MemoryMarshal.Read<ProbeRecord>(bytes);
        if (hit.ValueBytes > ProbeRecord.OwnValueBytes + text.Length)
            return null;
        var values = new byte[hit.ValueBytes];
        int own = Math.Min(values.Length, ProbeRecord.OwnValueBytes);
        bytes.Slice(ProbeRecord.Bytes - ProbeRecord.OwnValueBytes, own).CopyTo(values);
        text[..(values.Length - own)].CopyTo(values.AsSpan(own));
        return Split(values) is { } parts ? new ProbeHit(thread, hit, parts) : null;
    }

    static List<ProbeValue>? Split(ReadOnlyMemory<byte> bytes)
    {
        var values = new List<ProbeValue>();
        for (int at = 0; at < bytes.Length;)
        {
            if (bytes.Length - at < ProbeValueHead.Bytes)
                return null;
            var head = MemoryMarshal.Read<ProbeValueHead>(bytes.Span[at..]);
            at += ProbeValueHead.Bytes;
            int padded = head.ContentBytes + 3 & ~3;
            if (head.Kind is < (byte)ProbeValueKind.Int or > (byte)ProbeValueKind.Unreadable || padded > bytes.Length - at)
                return null;
            values.Add(new ProbeValue(head.Capture, (ProbeValueKind)head.Kind, bytes.Slice(at, head.ContentBytes)));
            at += padded;
        }
        return values;
    }
}
