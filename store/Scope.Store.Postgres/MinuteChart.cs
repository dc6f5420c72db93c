// A chart over minutes: what happened in each step of a time range, however long ago its events were dropped.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>One point of a chart.</summary>
/// <param name="From">When its step begins.</param>
/// <param name="Count">Requests, samples or queries.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="MeanNanos">How long one took.</param>
/// <param name="LongestNanos">How long the longest took.</param>
/// <param name="CpuNanos">CPU time.</param>
/// <param name="GcNanos">How long the garbage collector held the process.</param>
/// <param name="AllocatedBytes">Bytes allocated.</param>
/// <param name="Exceptions">Exceptions thrown.</param>
public sealed record MinutePoint(DateTime From, long Count, long Errors, long MeanNanos, long LongestNanos, long CpuNanos, long GcNanos, long AllocatedBytes, long Exceptions);

/// <summary>Charts.</summary>
public static class MinuteChart
{
    const string Sql = """
        select date_bin($4, at, 'epoch'), sum(count)::bigint, sum(errors)::bigint, coalesce((sum(nanos) / nullif(sum(count), 0))::bigint, 0), max(longest_nanos),
               sum(cpu_nanos)::bigint, sum(gc_nanos)::bigint, sum(allocated_bytes)::bigint, sum(exceptions)::bigint
        from scope.chart_rows($1, $2, $3, $4) group by 1 order by 1
        """;

    /// <summary>A chart of all recordings together.</summary>
    public static async Task<List<MinutePoint>> ReadAsync(NpgsqlDataSource database, MinuteSort sort, EventTime from, EventTime to, TimeSpan step, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand(Sql);
        foreach (var value in (object[])[(short)sort, from.ToInstant().ToDateTimeUtc(), to.ToInstant().ToDateTimeUtc(), step]) command.Parameters.Add(new() { Value = value });
        var points = new List<MinutePoint>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            points.Add(new(row.GetDateTime(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8)));
        return points;
    }
}
