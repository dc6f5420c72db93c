// Sums of minutes into the database, in the transaction of the events that they are of: each event counts once. Numbers are added
// up by the server. Latencies are read, added here and written back, which nobody can come between, as the transaction holds
// the recording: the server would take longer for them than for all else that is shipped.
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
            latencies = case when excluded.latencies = '{}' then m.latencies else excluded.latencies end,
            cpu_nanos = m.cpu_nanos + excluded.cpu_nanos, gc_nanos = m.gc_nanos + excluded.gc_nanos, allocated_bytes = m.allocated_bytes + excluded.allocated_bytes, exceptions = m.exceptions + excluded.exceptions
        """;

    const string Known = "select (extract(epoch from minute) / 60)::bigint, sort, key, latencies from scope.minute where recording = $1 and minute = any($2) and sort = any($3) and key = any($4)";

    /// <summary>Adds sums to what is there, in the transaction that holds the recording.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, int recording, MinuteSums sums, CancellationToken cancellation)
    {
        if (sums.Rows.Count == 0) return;
        var rows = sums.Rows.OrderBy(r => r.Key.Minute).ThenBy(r => r.Key.Sort).ThenBy(r => r.Key.Key).ToList();
        var known = await KnownAsync(connection, recording, [.. rows.Where(r => r.Value.Durations.Count > 0).Select(r => r.Key)], cancellation);
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
        Column(NpgsqlDbType.Text, (k, s) => Latencies(s.Durations, known.GetValueOrDefault(k, [])));
        Column(NpgsqlDbType.Bigint, (_, s) => s.CpuNanos);
        Column(NpgsqlDbType.Bigint, (_, s) => s.GcNanos);
        Column(NpgsqlDbType.Bigint, (_, s) => s.AllocatedBytes);
        Column(NpgsqlDbType.Bigint, (_, s) => s.Exceptions);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The latencies of rows that are there already, and of some others.</summary>
    static async Task<Dictionary<MinuteKey, long[]>> KnownAsync(NpgsqlConnection connection, int recording, MinuteKey[] keys, CancellationToken cancellation)
    {
        var known = new Dictionary<MinuteKey, long[]>();
        if (keys.Length == 0) return known;
        await using var command = new NpgsqlCommand(Known, connection)
        {
            Parameters =
            {
                new() { Value = recording },
                new() { Value = keys.Select(k => DateTime.UnixEpoch.AddMinutes(k.Minute)).Distinct().ToArray() },
                new() { Value = keys.Select(k => (short)k.Sort).Distinct().ToArray() },
                new() { Value = keys.Select(k => k.Key).Distinct().ToArray() },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) known[new(row.GetInt64(0), (MinuteSort)row.GetInt16(1), row.GetInt32(2))] = row.GetFieldValue<long[]>(3);
        return known;
    }

    // As text, since an array of arrays of different lengths is none to Postgres.
    static string Latencies(List<long> durations, long[] known)
    {
        if (durations.Count == 0) return "{}";
        var sketch = new LatencySketch();
        foreach (var nanos in durations) sketch.Add(nanos);
        for (var i = 0; i + 1 < known.Length; i += 2) sketch.Add(known[i], (int)Math.Min(known[i + 1], int.MaxValue));
        return $"{{{string.Join(',', sketch.Filled.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Nanos},{f.Count}")))}}}";
    }
}
