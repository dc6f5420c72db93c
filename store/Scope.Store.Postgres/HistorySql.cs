// A query as SQL over raw rows and batches of both layouts in one statement, so that both are seen at one moment. Only numbers of ours are put
// into the text, never a text of a target.
using System.Globalization;
using System.Text;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Writes the questions of a history.</summary>
static class HistorySql
{
    /// <summary>The columns of an answer: an event's, or the first id and the bytes of a batch.</summary>
    const string OfEvent = "id, null::bytea as data, null::bigint as last_id, time_ns, value, thread, span, parent, flow, method, code_node, name, stack, payload, related, kind, flags, target, detail";
    const string OfBatch = "first_id, data, last_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0::smallint, 0::smallint, 0::smallint, 0::smallint";

    /// <summary>Events that match, of rows and of arrays, and batches that may hold some; the recording is $1. By id, as the query wants.</summary>
    public static string Of(EventQuery q)
    {
        var order = q.Order == EventOrder.NewestFirst ? "desc" : "asc";
        // What SQL filters exactly need not be sent in full.
        var limit = IsExact(q) && q.Limit != int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $" order by id {order} limit {q.Limit}") : "";
        return $"(select {OfEvent} from scope.event where recording = $1{EventConditions(q)}{limit}) union all (select {OfEvent} from scope.batch_event where recording = $1{BatchConditions(q)}{EventConditions(q)}{limit}) union all select {OfBatch} from scope.batch where recording = $1 and data is not null{BatchConditions(q)} order by 1 {order}";
    }

    /// <summary>Whether SQL tells of each row whether it matches.</summary>
    public static bool IsExact(EventQuery q) => string.IsNullOrEmpty(q.Text) && q.Flags == 0;

    /// <summary>How many rows match, and how many events are in batches that match whole; and as in an answer, batches of which only some events may match. Of what SQL filters exactly.</summary>
    public static string CountOf(EventQuery q)
    {
        var batches = $"from scope.batch where recording = $1 and data is not null{BatchConditions(q)} and ";
        return $"select count(*), null::bytea, null::bigint from scope.event where recording = $1{EventConditions(q)} union all select count(*), null, null from scope.batch_event where recording = $1{BatchConditions(q)}{EventConditions(q)} union all select coalesce(sum(last_id - first_id + 1), 0)::bigint, null, null {batches}{Whole(q)} union all select first_id, data, last_id {batches}not ({Whole(q)})";
    }

    /// <summary>The event or the batch of an id, which is $2.</summary>
    public static string OfId { get; } = $"select {OfEvent} from scope.event where recording = $1 and id = $2 union all select {OfEvent} from scope.batch_event where recording = $1 and first_id <= $2 and last_id >= $2 and id = $2 union all select {OfBatch} from scope.batch where recording = $1 and data is not null and first_id <= $2 and last_id >= $2";

    /// <summary>How many events, and the times of the first and the last.</summary>
    public const string Extent = """
        select sum(events)::bigint, min(earliest), max(latest) from
            (select count(*) as events, min(time_ns) as earliest, max(time_ns) as latest from scope.event where recording = $1
             union all select sum(last_id - first_id + 1), min(time_from), max(time_to) from scope.batch where recording = $1) as parts
        """;

    /// <summary>The id of the oldest event: batches know theirs by an index, and where raw rows are older the block ranges that can hold them are few.</summary>
    public const string FirstId = """
        select coalesce((select min(id) from scope.event where recording = $1 and id < coalesce(b.first, 9223372036854775807)), b.first)
        from (select min(first_id) as first from scope.batch where recording = $1) as b
        """;

    /// <summary>The id that the next event will have.</summary>
    public const string NextId = "select next_event from scope.recording where id = $1";

    static string EventConditions(EventQuery q)
    {
        var sql = new StringBuilder();
        void And(bool wanted, string condition)
        {
            if (wanted) sql.Append(" and ").Append(condition);
        }
        void In<T>(string column, HandleSet<T>? set) where T : unmanaged => And(set is not null, $"{column} = any('{{{set}}}'::int[])");
        void Equal(string column, int value) => And(value != 0, string.Create(CultureInfo.InvariantCulture, $"{column} = {value}"));
        And(q.From != EventTime.Min, string.Create(CultureInfo.InvariantCulture, $"time_ns >= ({q.From.UnixNanos})"));
        And(q.To != EventTime.Max, string.Create(CultureInfo.InvariantCulture, $"time_ns < ({q.To.UnixNanos})"));
        And(q.FromId.Value > 0, string.Create(CultureInfo.InvariantCulture, $"id >= {q.FromId.Value}"));
        And(q.ToId.Value != long.MaxValue, string.Create(CultureInfo.InvariantCulture, $"id < ({q.ToId.Value})"));
        Equal("target", (short)q.Target.Value);
        Equal("thread", q.Thread.Value);
        Equal("span", q.Span.Value);
        Equal("flow", q.Flow.Value);
        Equal("method", q.Method.Value);
        Equal("code_node", q.CodeNode.Value);
        Equal("name", q.Name.Value);
        In("target", q.Targets);
        In("thread", q.Threads);
        In("span", q.Spans);
        In("flow", q.Flows);
        In("method", q.Methods);
        In("name", q.Names);
        And(q.Kinds.Bits != 0, $"kind in ({string.Join(',', Enumerable.Range(0, 64).Where(k => q.Kinds.Contains((EventKind)k)))})");
        And(q.MinValue != long.MinValue, string.Create(CultureInfo.InvariantCulture, $"value >= ({q.MinValue})"));
        And(q.MaxValue != long.MaxValue, string.Create(CultureInfo.InvariantCulture, $"value <= ({q.MaxValue})"));
        return sql.ToString();
    }

    // Whether all events of a batch match, by what its row says: nothing but times, ids and kinds.
    static string Whole(EventQuery q) => q with { From = EventTime.Min, To = EventTime.Max, FromId = default, ToId = EventQuery.All.ToId, Kinds = default, Order = default, Limit = int.MaxValue, Text = null } != EventQuery.All ? "false"
        : string.Create(CultureInfo.InvariantCulture, $"time_from >= ({q.From.UnixNanos}) and time_to < ({q.To.UnixNanos}) and first_id >= {q.FromId.Value} and last_id < ({q.ToId.Value}){(q.Kinds.Bits == 0 ? "" : $" and kinds & ({(long)~q.Kinds.Bits}) = 0")}");

    // A batch is in the hour of its first event and no longer than its hour, so that only that hour's tables are looked at.
    static string BatchConditions(EventQuery q)
    {
        var sql = new StringBuilder();
        void And(bool wanted, FormattableString condition)
        {
            if (wanted) sql.Append(" and ").Append(condition.ToString(CultureInfo.InvariantCulture));
        }
        And(q.From != EventTime.Min, $"time_to >= ({q.From.UnixNanos})");
        And(q.From != EventTime.Min, $"time_from >= ({Hour.Of(q.From).Start.UnixNanos})");
        And(q.To != EventTime.Max, $"time_from < ({q.To.UnixNanos})");
        And(q.FromId.Value > 0, $"last_id >= {q.FromId.Value}");
        And(q.ToId.Value != long.MaxValue, $"first_id < ({q.ToId.Value})");
        And(q.Flows is not null, $"flows && '{{{string.Join(',', q.Flows?.Handles.Select(f => $"[{f.Value},{f.Value}]") ?? [])}}}'::int4multirange");
        if (q.Methods is { } methods) sql.Append(" and ").Append(MethodGroups.Condition(methods.Handles));
        And(!q.Flow.IsNone, $"flows @> {q.Flow.Value}");
        if (!q.Method.IsNone) sql.Append(" and ").Append(MethodGroups.Condition([q.Method]));
        And(q.Kinds.Bits != 0, $"kinds & ({(long)q.Kinds.Bits}) <> 0");
        return sql.ToString();
    }
}
