// Events as rows of Postgres's binary COPY format, written and read by hand: a sixth of the client CPU of the typed importer.
// Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": a signature, then for each row the count
// of its fields and each field's length and big-endian value, then -1.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Copies events into scope.event and out of it.</summary>
static class EventRows
{
    /// <summary>The columns, in the order in which they are copied.</summary>
    public const string Columns = "id, time_ns, value, recording, thread, span, parent, flow, method, code_node, name, stack, payload, related, kind, flags, target, detail";

    const short Fields = 18;
    const int Longs = 3, Integers = 11, Shorts = 4;

    /// <summary>The bytes of a row.</summary>
    public const int RowBytes = 2 + Fields * 4 + Longs * 8 + Integers * 4 + Shorts * 2;

    const int BufferRows = 1024, HeadBytes = 19;

    static ReadOnlySpan<byte> Signature => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    /// <summary>Copies events whose ids count up from the first one's by one, in the connection's transaction.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, int recording, EventId first, ReadOnlyMemory<ScopeEvent> events, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync($"copy scope.event ({Columns}) from stdin (format binary)", cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferRows * RowBytes);
        buffer.AsSpan(0, HeadBytes).Clear(); // No flags, no extension.
        Signature.CopyTo(buffer);
        await copy.WriteAsync(buffer.AsMemory(0, HeadBytes), cancellation);
        for (var i = 0; i < events.Length;)
        {
            var length = 0;
            for (var rows = Math.Min(BufferRows, events.Length - i); rows > 0; rows--, i++, length += RowBytes) Write(buffer.AsSpan(length, RowBytes), recording, first.Value + i, events.Span[i]);
            await copy.WriteAsync(buffer.AsMemory(0, length), cancellation);
        }
        BinaryPrimitives.WriteInt16BigEndian(buffer, -1);
        await copy.WriteAsync(buffer.AsMemory(0, 2), cancellation);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Reads the rows that a query with these columns gives, in its order; each part is good until the next one.</summary>
    public static async IAsyncEnumerable<ArraySegment<(int Recording, StoredEvent Event)>> ReadAsync(NpgsqlConnection connection, string query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", cancellation);
        var buffer = new byte[BufferRows * RowBytes];
        var rows = new (int, StoredEvent)[BufferRows];
        await copy.ReadExactlyAsync(buffer.AsMemory(0, HeadBytes), cancellation);
        for (var held = 0; ;)
        {
            var got = await copy.ReadAsync(buffer.AsMemory(held), cancellation);
            if (got == 0) yield break; // What is left is the -1 that ends the rows.
            held += got;
            var count = held / RowBytes;
            for (var i = 0; i < count; i++) rows[i] = Read(buffer.AsSpan(i * RowBytes, RowBytes));
            buffer.AsSpan(count * RowBytes, held - count * RowBytes).CopyTo(buffer);
            held -= count * RowBytes;
            yield return new(rows, 0, count);
        }
    }

    static void Write(Span<byte> into, int recording, long id, in ScopeEvent e)
    {
        BinaryPrimitives.WriteInt16BigEndian(into, Fields);
        var at = 2;
        foreach (var value in (ReadOnlySpan<long>)[id, e.Time.UnixNanos, e.Value])
        {
            BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(long));
            BinaryPrimitives.WriteInt64BigEndian(into[(at + 4)..], value);
            at += 12;
        }
        foreach (var value in (ReadOnlySpan<int>)[recording, e.Thread.Value, e.Span.Value, e.Parent.Value, e.Flow.Value, e.Method.Value, e.CodeNode.Value, e.Name.Value, e.Stack.Value, e.Payload.Value, e.Related.Value])
        {
            BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(int));
            BinaryPrimitives.WriteInt32BigEndian(into[(at + 4)..], value);
            at += 8;
        }
        foreach (var value in (ReadOnlySpan<ushort>)[(ushort)e.Kind, (ushort)e.Flags, e.Target.Value, e.Detail])
        {
            BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(short));
            BinaryPrimitives.WriteUInt16BigEndian(into[(at + 4)..], value);
            at += 6;
        }
    }

    static (int Recording, StoredEvent Event) Read(ReadOnlySpan<byte> row)
    {
        if (BinaryPrimitives.ReadInt16BigEndian(row) != Fields) throw new InvalidDataException($"a row of {BinaryPrimitives.ReadInt16BigEndian(row)} fields, {Fields} were asked for");
        const int FirstInteger = 2 + Longs * 12 + 4, FirstShort = 2 + Longs * 12 + Integers * 8 + 4;
        static long Long(ReadOnlySpan<byte> row, int index) => BinaryPrimitives.ReadInt64BigEndian(row[(2 + index * 12 + 4)..]);
        static int Integer(ReadOnlySpan<byte> row, int index) => BinaryPrimitives.ReadInt32BigEndian(row[(FirstInteger + index * 8)..]);
        static ushort Short(ReadOnlySpan<byte> row, int index) => BinaryPrimitives.ReadUInt16BigEndian(row[(FirstShort + index * 6)..]);
        return (Integer(row, 0), new(new(Long(row, 0)), new()
        {
            Time = new(Long(row, 1)),
            Value = Long(row, 2),
            Thread = new(Integer(row, 1)),
            Span = new(Integer(row, 2)),
            Parent = new(Integer(row, 3)),
            Flow = new(Integer(row, 4)),
            Method = new(Integer(row, 5)),
            CodeNode = new(Integer(row, 6)),
            Name = new(Integer(row, 7)),
            Stack = new(Integer(row, 8)),
            Payload = new(Integer(row, 9)),
            Related = new(Integer(row, 10)),
            Kind = (EventKind)Short(row, 0),
            Flags = (EventFlags)Short(row, 1),
            Target = new(Short(row, 2)),
            Detail = Short(row, 3),
        }));
    }
}
