// Sums of minutes into the database, in the transaction of the events that they are of: each event counts once.
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Writes sums.</summary>
static class MinuteRows
{
    const string Sql = """
        insert into scope.minute as m (recording, minute, sort, key, count, errors, nanos, longest_nanos, latencies, cpu_nanos, gc_nanos, allocated_bytes, exceptions)
        select $1, timestamptz 'epoch' + u.minute * interval '1 minute', u.sort, u.key, u.count, u.errors, u.nanos, u.longest, u.latencies::bigint[], u.cpu, u.gc, u.allocated, u.exceptions
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as u (minute, sort, key, count, errors, nanos, longest, latencies, cpu, gc, allocated, exceptions)
        on conflict (recording, sort, key, minute) do update set
            count = m.count + excluded.count, errors = m.errors + excluded.errors, nanos = m.nanos + excluded.nanos, longest_nanos = greatest(m.longest_nanos, excluded.longest_nanos),
            latencies = case when excluded.latencies = '{}' then m.latencies else scope.add_latencies(m.latencies, excluded.latencies) end,
            cpu_nanos = m.cpu_nanos + excluded.cpu_nanos, gc_nanos = m.gc_nanos + excluded.gc_nanos, allocated_bytes = m.allocated_bytes + excluded.allocated_bytes, exceptions = m.exceptions + excluded.exceptions
        """;

    /// <summary>Adds sums to what is there.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, int recording, MinuteSums sums, CancellationToken cancellation)
    {
        if (sums.Rows.Count == 0) return;
        var rows = sums.Rows.OrderBy(r => r.Key.Minute).ThenBy(r => r.Key.Sort).ThenBy(r => r.Key.Key).ToList();
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new() { Value = recording });
        void Column<T>(NpgsqlDbType type, Func<MinuteKey, MinuteSum, T> of) => command.Parameters.Add(new() { Value = rows.Select(r => of(r.Key, r.Value)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
        Column(NpgsqlDbType.Bigint, (k, _) => k.Minute);
        Column(NpgsqlDbType.Smallint, (k, _) => (short)k.Sort);
        Column(NpgsqlDbType.Integer, (k, _) => k.Key);
        Column(NpgsqlDbType.Bigint, (_, s) => s.Count);
        Column(NpgsqlDbType.Bigint, (_, s) => s.Errors);
        Column(NpgsqlDbType.Bigint, (_, s) => s.Nanos);
        Column(NpgsqlDbType.Bigint, (_, s) => s.LongestNanos);
        Column(NpgsqlDbType.Text, (_, s) => Latencies(s.Durations));
        Column(NpgsqlDbType.Bigint, (_, s) => s.CpuNanos);
        Column(NpgsqlDbType.Bigint, (_, s) => s.GcNanos);
        Column(NpgsqlDbType.Bigint, (_, s) => s.AllocatedBytes);
        Column(NpgsqlDbType.Bigint, (_, s) => s.Exceptions);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // As text, since an array of arrays of different lengths is none to Postgres.
    static string Latencies(List<long> durations)
    {
        if (durations.Count == 0) return "{}";
        var sketch = new LatencySketch();
        foreach (var nanos in durations) sketch.Add(nanos);
        return $"{{{string.Join(',', sketch.Filled.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Nanos},{f.Count}")))}}}";
    }
}
