// Consecutive events of one recording, put together until there are enough for a batch: what stands in its row is what a
// query needs to know whether the batch can hold something for it.
using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Events that wait to become a batch.</summary>
sealed class EventBatch(int recording)
{
    readonly List<ScopeEvent> _events = [];
    EventId _first;

    /// <summary>How many there are.</summary>
    public int Count => _events.Count;

    /// <summary>Adds an event; false when the batch is full or its id does not follow, and another is to be begun.</summary>
    public bool TryAdd(in StoredEvent stored)
    {
        if (_events.Count == 0) _first = stored.Id;
        else if (_events.Count == Limits.SegmentFrameEvents || stored.Id.Value != _first.Value + _events.Count) return false;
        _events.Add(stored.Event);
        return true;
    }

    /// <summary>Copies the batch as a row and empties it.</summary>
    public async Task CopyAsync(NpgsqlBinaryImporter rows, BatchEncoder encoder, CancellationToken cancellation)
    {
        HashSet<int> flows = [], methods = [];
        ulong kinds = 0;
        EventTime from = EventTime.Max, to = EventTime.Min;
        foreach (ref readonly var e in CollectionsMarshal.AsSpan(_events))
        {
            if (!e.Flow.IsNone) flows.Add(e.Flow.Value);
            if (!e.Method.IsNone) methods.Add(e.Method.Value);
            kinds |= KindSet.Of(e.Kind).Bits;
            if (e.Time < from) from = e.Time;
            if (e.Time > to) to = e.Time;
        }
        await rows.StartRowAsync(cancellation);
        await rows.WriteAsync(recording, NpgsqlDbType.Integer, cancellation);
        foreach (var number in (long[])[_first.Value, _first.Value + _events.Count - 1, from.UnixNanos, to.UnixNanos, (long)kinds]) await rows.WriteAsync(number, NpgsqlDbType.Bigint, cancellation);
        await rows.WriteAsync(Runs(flows), NpgsqlDbType.IntegerMultirange, cancellation);
        await rows.WriteAsync(methods.Order().ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation);
        await rows.WriteAsync(encoder.Encode(CollectionsMarshal.AsSpan(_events)), NpgsqlDbType.Bytea, cancellation);
        _events.Clear();
    }

    /// <summary>Ranges that hold all of some numbers; a few others between them cost less than a range more.</summary>
    static NpgsqlRange<int>[] Runs(HashSet<int> numbers)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var number in numbers.Order())
            if (runs.Count > 0 && number - runs[^1].Last <= Between) runs[^1] = (runs[^1].First, number);
            else runs.Add((number, number));
        return [.. runs.Select(r => new NpgsqlRange<int>(r.First, true, r.Last + 1, false))];
    }

    const int Between = 8;

    /// <summary>The columns of a row, in this order.</summary>
    public const string Columns = "recording, first_id, last_id, time_from, time_to, kinds, flows, methods, data";
}
