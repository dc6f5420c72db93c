// A batch as a row of scope.batch: its events, and beside them what a query needs to know whether it can hold something for it.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Consecutive events of one recording and one hour, ready to be copied.</summary>
/// <param name="First">The first one's id.</param>
/// <param name="Count">How many there are.</param>
/// <param name="From">The earliest one's time.</param>
/// <param name="To">The latest one's.</param>
/// <param name="Kinds">All kinds that are in it.</param>
/// <param name="Flows">All flows that are in it, and a few that are not.</param>
/// <param name="Methods">The <see cref="MethodGroups"/> of all methods that are in it.</param>
/// <param name="Content">The events.</param>
sealed record BatchRow(EventId First, int Count, EventTime From, EventTime To, ulong Kinds, NpgsqlRange<int>[] Flows, int[] Methods, ContentCopy Content)
{
    /// <summary>The columns of a row, in this order.</summary>
    public static string Columns(IBatchPacking packing) => "recording, first_id, last_id, time_from, time_to, kinds, flows, methods, " + packing.Columns;

    /// <summary>Makes a batch of events whose ids count up by one.</summary>
    public static BatchRow Of(EventId first, ReadOnlySpan<ScopeEvent> events, IBatchPacking packing)
    {
        HashSet<int> flows = [], methods = [];
        ulong kinds = 0;
        EventTime from = EventTime.Max, to = EventTime.Min;
        foreach (ref readonly var e in events)
        {
            if (!e.Flow.IsNone) flows.Add(e.Flow.Value);
            if (!e.Method.IsNone) methods.Add(MethodGroups.Of(e.Method));
            kinds |= KindSet.Of(e.Kind).Bits;
            if (e.Time < from) from = e.Time;
            if (e.Time > to) to = e.Time;
        }
        return new(first, events.Length, from, to, kinds, Runs(flows), [.. methods.Order()], packing.Pack(events));
    }

    /// <summary>Copies the batch as a row.</summary>
    public async Task CopyAsync(NpgsqlBinaryImporter rows, int recording, CancellationToken cancellation)
    {
        await rows.StartRowAsync(cancellation);
        await rows.WriteAsync(recording, NpgsqlDbType.Integer, cancellation);
        foreach (var number in (long[])[First.Value, First.Value + Count - 1, From.UnixNanos, To.UnixNanos, (long)Kinds]) await rows.WriteAsync(number, NpgsqlDbType.Bigint, cancellation);
        await rows.WriteAsync(Flows, NpgsqlDbType.IntegerMultirange, cancellation);
        await rows.WriteAsync(Methods, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation);
        await Content(rows, cancellation);
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
}
