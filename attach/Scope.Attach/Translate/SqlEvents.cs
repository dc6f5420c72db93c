// Npgsql's own event source tells a command's text even where its activity has no tags.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Gives the text of commands to the spans that start with them.</summary>
sealed class SqlEvents(Translation t, RequestFacts facts)
{
    const long BeforeSpanNanos = 1_000_000; // The command's activity starts within microseconds on the same thread.

    readonly NameId _sql = t.Names.Intern("sql");
    readonly char[] _normalised = new char[Limits.NameChars];

    public void Register(EventTable table)
    {
        table.Know(Providers.NpgsqlSql);
        table.Add(Providers.NpgsqlSql, "CommandStart", Start);
        table.Add(Providers.NpgsqlSql, "CommandStop", Stop);
    }

    void Start(EventRow row, in NettraceEvent e, ref EventPayload payload)
    {
        var text = payload.Text();
        if (payload.IsTorn)
        {
            row.Torn++;
            return;
        }
        var made = t.New(EventKind.SqlStart, e);
        made.Name = t.Names.Intern(_normalised.AsSpan(0, SqlText.Normalise(text, _normalised)));
        var writer = t.NewPayload();
        writer.Add(_sql, text);
        t.Keep(writer, ref made);
        if (facts.Bridged)
        {
            var fact = facts.Of(e.ThreadId);
            (fact.Sql, fact.SqlPayload, fact.SqlUntil) = (made.Name, made.Payload, made.Time + BeforeSpanNanos);
        }
        t.Emit(made);
    }

    void Stop(EventRow row, in NettraceEvent e, ref EventPayload payload) => t.Emit(row, t.New(EventKind.Sql, e), ref payload);
}
