// How the events of a batch are kept: compact, or in arrays that plain SQL unnests, at more than twice the size. Which of them is the
// database's; see LayoutChoice.cs.
using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Copies the columns of a batch's events.</summary>
delegate Task ContentCopy(NpgsqlBinaryImporter rows, CancellationToken cancellation);

/// <summary>A layout. For any number of threads.</summary>
interface IBatchPacking
{
    /// <summary>How many events a batch has at most.</summary>
    int MostEvents { get; }

    /// <summary>The columns of scope.batch that events are in.</summary>
    string Columns { get; }

    /// <summary>Makes the columns of some events.</summary>
    ContentCopy Pack(ReadOnlySpan<ScopeEvent> events);
}

/// <summary>Bytes; see BatchColumns.cs.</summary>
/// <param name="quality">How much is put into making them small; see <see cref="Packing"/>.</param>
sealed class CompactPacking(int quality) : IBatchPacking
{
    readonly ConcurrentBag<BatchEncoder> _encoders = []; // As many as have packed at once.

    /// <inheritdoc/>
    public int MostEvents => Limits.SegmentFrameEvents;

    /// <inheritdoc/>
    public string Columns => "data";

    /// <inheritdoc/>
    public ContentCopy Pack(ReadOnlySpan<ScopeEvent> events)
    {
        var encoder = _encoders.TryTake(out var free) ? free : new(quality);
        var data = encoder.Encode(events);
        _encoders.Add(encoder);
        return (rows, cancellation) => rows.WriteAsync(data, NpgsqlDbType.Bytea, cancellation);
    }
}

/// <summary>An array for each column of scope.event but the recording and the id, which counts up; the server compresses them.</summary>
sealed class ArrayPacking : IBatchPacking
{
    const int Most = 4096; // A few milliseconds to unnest.

    static readonly (string Name, Func<ScopeEvent, long> Of)[] s_longs = [("time_ns", e => e.Time.UnixNanos), ("value", e => e.Value)];

    static readonly (string Name, Func<ScopeEvent, int> Of)[] s_integers =
    [
        ("thread", e => e.Thread.Value), ("span", e => e.Span.Value), ("parent", e => e.Parent.Value), ("flow", e => e.Flow.Value), ("method", e => e.Method.Value),
        ("code_node", e => e.CodeNode.Value), ("name", e => e.Name.Value), ("stack", e => e.Stack.Value), ("payload", e => e.Payload.Value), ("related", e => e.Related.Value),
    ];

    // Unsigned in the event; above 32767 they are negative here.
    static readonly (string Name, Func<ScopeEvent, short> Of)[] s_shorts =
        [("kind", e => (short)e.Kind), ("flags", e => (short)e.Flags), ("target", e => (short)e.Target.Value), ("detail", e => (short)e.Detail)];

    /// <inheritdoc/>
    public int MostEvents => Most;

    /// <inheritdoc/>
    public string Columns { get; } = string.Join(", ", [.. s_longs.Select(c => c.Name), .. s_integers.Select(c => c.Name), .. s_shorts.Select(c => c.Name)]);

    /// <inheritdoc/>
    public ContentCopy Pack(ReadOnlySpan<ScopeEvent> events)
    {
        var (longs, integers, shorts) = (Arrays(events, s_longs), Arrays(events, s_integers), Arrays(events, s_shorts));
        return async (rows, cancellation) =>
        {
            foreach (var array in longs) await rows.WriteAsync(array, NpgsqlDbType.Array | NpgsqlDbType.Bigint, cancellation);
            foreach (var array in integers) await rows.WriteAsync(array, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation);
            foreach (var array in shorts) await rows.WriteAsync(array, NpgsqlDbType.Array | NpgsqlDbType.Smallint, cancellation);
        };
    }

    static T[][] Arrays<T>(ReadOnlySpan<ScopeEvent> events, (string Name, Func<ScopeEvent, T> Of)[] columns)
    {
        var arrays = new T[columns.Length][];
        for (var c = 0; c < arrays.Length; c++)
        {
            arrays[c] = new T[events.Length];
            for (var i = 0; i < events.Length; i++) arrays[c][i] = columns[c].Of(events[i]);
        }
        return arrays;
    }
}
