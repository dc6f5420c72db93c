// Events as rows of Postgres's binary COPY format, written by hand: a sixth of the client CPU of the typed importer.
// Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": a signature, then for each row the count
// of its fields and each field's length and big-endian value, then -1.
using System.Buffers.Binary;
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Copies events into scope.event.</summary>
static class EventRows
{
    const string Copy = "copy scope.event (recording, id, time_ns, value, kind, flags, target, detail, thread, span, parent, flow, method, code_node, name, stack, payload, related) from stdin (format binary)";
    const short Fields = 18;
    const int RowBytes = 2 + Fields * 4 + 4 * 8 + 2 + 13 * 4;
    const int BufferRows = 1024;

    /// <summary>Copies events whose ids count up from the first one's by one, in the connection's transaction.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, long recording, EventId first, ReadOnlyMemory<ScopeEvent> events, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(Copy, cancellation);
        var buffer = new byte[BufferRows * RowBytes];
        await copy.WriteAsync(Head(), cancellation);
        for (var i = 0; i < events.Length;)
        {
            var length = 0;
            for (var rows = Math.Min(BufferRows, events.Length - i); rows > 0; rows--, i++) length += Write(buffer.AsSpan(length), recording, first.Value + i, events.Span[i]);
            await copy.WriteAsync(buffer.AsMemory(0, length), cancellation);
        }
        BinaryPrimitives.WriteInt16BigEndian(buffer, -1);
        await copy.WriteAsync(buffer.AsMemory(0, 2), cancellation);
    }

    static byte[] Head()
    {
        var head = new byte[19]; // The signature, no flags, no extension.
        ReadOnlySpan<byte> signature = [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];
        signature.CopyTo(head);
        return head;
    }

    static int Write(Span<byte> into, long recording, long id, in ScopeEvent e)
    {
        BinaryPrimitives.WriteInt16BigEndian(into, Fields);
        var at = 2;
        foreach (var value in (ReadOnlySpan<long>)[recording, id, e.Time.UnixNanos, e.Value])
        {
            BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(long));
            BinaryPrimitives.WriteInt64BigEndian(into[(at + 4)..], value);
            at += 12;
        }
        BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(into[(at + 4)..], (short)e.Kind);
        at += 6;
        foreach (var value in (ReadOnlySpan<int>)[(int)e.Flags, e.Target.Value, e.Detail, e.Thread.Value, e.Span.Value, e.Parent.Value, e.Flow.Value, e.Method.Value, e.CodeNode.Value, e.Name.Value, e.Stack.Value, e.Payload.Value, e.Related.Value])
        {
            BinaryPrimitives.WriteInt32BigEndian(into[at..], sizeof(int));
            BinaryPrimitives.WriteInt32BigEndian(into[(at + 4)..], value);
            at += 8;
        }
        return at;
    }
}
