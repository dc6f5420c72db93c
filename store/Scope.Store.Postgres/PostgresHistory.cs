// A recording in Postgres, to be asked like any other history: what SQL can filter it filters, the rest is done here by
// the same filter as everywhere.
using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>One shipped recording.</summary>
public sealed class PostgresHistory : IHistory
{
    const string Columns = "id, time_ns, value, kind, flags, target, detail, thread, span, parent, flow, method, code_node, name, stack, payload, related";

    readonly NpgsqlDataSource _database;
    readonly long _recording;

    PostgresHistory(NpgsqlDataSource database, long recording, Catalog catalog, LedgerSummary ledger)
    {
        (_database, _recording, Catalog, Ledger) = (database, recording, catalog, ledger);
    }

    /// <summary>Opens a recording by its name; null when the database has none of that name.</summary>
    public static async Task<PostgresHistory?> OpenAsync(NpgsqlDataSource database, string name, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        long id;
        LedgerSummary ledger;
        await using (var command = new NpgsqlCommand("select id, ledger::text from scope.recording where name = $1", connection) { Parameters = { new() { Value = name } } })
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation)) return null;
            id = row.GetInt64(0);
            ledger = JsonSerializer.Deserialize<LedgerSummary>(row.GetString(1))!;
        }
        return new(database, id, await DictionaryRows.ReadAsync(connection, id, cancellation), ledger);
    }

    /// <inheritdoc/>
    public Catalog Catalog { get; }

    /// <inheritdoc/>
    public LedgerSummary Ledger { get; }

    /// <inheritdoc/>
    public long Count => Scalar("count(*)") ?? 0;

    /// <inheritdoc/>
    public EventTime First => Scalar("min(time_ns)") is { } nanos ? new(nanos) : EventTime.Max;

    /// <inheritdoc/>
    public EventTime Last => Scalar("max(time_ns)") is { } nanos ? new(nanos) : EventTime.Min;

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        if (query.Limit <= 0) return;
        var filter = new EventFilter(query, Catalog);
        var shown = 0;
        using var connection = _database.OpenConnection();
        using var command = new NpgsqlCommand(Sql(query), connection) { Parameters = { new() { Value = _recording } } };
        using var rows = command.ExecuteReader(CommandBehavior.SequentialAccess);
        while (rows.Read())
        {
            var e = Row(rows, out var id);
            if (!filter.Matches(e)) continue;
            if (visitor(id, e) && ++shown < query.Limit) continue;
            command.Cancel(); // Else the rest of the answer is read only to be thrown away.
            return;
        }
    }

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        using var connection = _database.OpenConnection();
        using var command = new NpgsqlCommand($"select {Columns} from scope.event where recording = $1 and id = $2", connection) { Parameters = { new() { Value = _recording }, new() { Value = id.Value } } };
        using var rows = command.ExecuteReader();
        if (!rows.Read()) return false;
        e = Row(rows, out _);
        return true;
    }

    /// <summary>The question in SQL. Only numbers of ours are put into the text, never a text of a target.</summary>
    static string Sql(EventQuery q)
    {
        var sql = new StringBuilder($"select {Columns} from scope.event where recording = $1");
        void And(bool wanted, string condition)
        {
            if (wanted) sql.Append(" and ").Append(condition);
        }
        void Equal(string column, int value) => And(value != 0, string.Create(CultureInfo.InvariantCulture, $"{column} = {value}"));
        And(q.From != EventTime.Min, string.Create(CultureInfo.InvariantCulture, $"time_ns >= {q.From.UnixNanos}"));
        And(q.To != EventTime.Max, string.Create(CultureInfo.InvariantCulture, $"time_ns < ({q.To.UnixNanos})"));
        Equal("target", q.Target.Value);
        Equal("thread", q.Thread.Value);
        Equal("span", q.Span.Value);
        Equal("flow", q.Flow.Value);
        Equal("method", q.Method.Value);
        Equal("code_node", q.CodeNode.Value);
        Equal("name", q.Name.Value);
        And(q.Kinds.Bits != 0, $"kind in ({string.Join(',', Enumerable.Range(0, 64).Where(k => q.Kinds.Contains((EventKind)k)))})");
        And(q.MinValue != long.MinValue, string.Create(CultureInfo.InvariantCulture, $"value >= ({q.MinValue})"));
        And(q.MaxValue != long.MaxValue, string.Create(CultureInfo.InvariantCulture, $"value <= ({q.MaxValue})"));
        sql.Append(" order by id").Append(q.Order == EventOrder.NewestFirst ? " desc" : "");
        if (string.IsNullOrEmpty(q.Text) && q.Flags == 0 && q.Limit != int.MaxValue) sql.Append(CultureInfo.InvariantCulture, $" limit {q.Limit}");
        return sql.ToString();
    }

    static ScopeEvent Row(NpgsqlDataReader row, out EventId id)
    {
        id = new(row.GetInt64(0));
        return new()
        {
            Time = new(row.GetInt64(1)),
            Value = row.GetInt64(2),
            Kind = (EventKind)row.GetInt16(3),
            Flags = (EventFlags)row.GetInt32(4),
            Target = new((ushort)row.GetInt32(5)),
            Detail = (ushort)row.GetInt32(6),
            Thread = new(row.GetInt32(7)),
            Span = new(row.GetInt32(8)),
            Parent = new(row.GetInt32(9)),
            Flow = new(row.GetInt32(10)),
            Method = new(row.GetInt32(11)),
            CodeNode = new(row.GetInt32(12)),
            Name = new(row.GetInt32(13)),
            Stack = new(row.GetInt32(14)),
            Payload = new(row.GetInt32(15)),
            Related = new(row.GetInt32(16)),
        };
    }

    long? Scalar(string what)
    {
        using var connection = _database.OpenConnection();
        using var command = new NpgsqlCommand($"select {what} from scope.event where recording = $1", connection) { Parameters = { new() { Value = _recording } } };
        return command.ExecuteScalar() as long?;
    }
}
