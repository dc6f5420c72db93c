// Npgsql's own event source tells a command's text even where its activity has no tags.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Gives the text of commands to the spans that start with them.</summary>
sealed class SqlEvents(Translation t, RequestFacts facts)
{
    readonly NameId _sql = t.Names.Intern("sql");
    readonly char[] _normalised = new char[Limits.NameChars];
    bool _bridged = true;

    public void Register(EventTable table)
    {
        table.Know(Providers.NpgsqlSql);
        table.Add(Providers.NpgsqlSql, "CommandStart", Start);
        table.Add(Providers.NpgsqlSql, "CommandStop", Stop);
    }

    void Start(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var text = payload.Text();
        if (row.CountTorn(payload.IsTorn)) return;
        var fact = facts.Of(e.ThreadId);
        // A text that no activity took: this driver has none that we are told of, and its commands are spans of their own.
        if (facts.Bridged && !fact.Sql.IsNone) _bridged = false;
        var made = t.New(EventKind.SqlStart, e);
        made.Name = t.Names.Intern(_normalised.AsSpan(0, SqlText.Normalise(text, _normalised)));
        var writer = t.NewPayload();
        writer.Add(_sql, t.Statement(text));
        t.Keep(writer, ref made);
        if (facts.Bridged && _bridged) (fact.Sql, fact.SqlPayload) = (made.Name, made.Payload);
        else t.Emit(made);
    }

    void Stop(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        if (!facts.Bridged || !_bridged) t.Emit(row, t.New(EventKind.Sql, e), ref payload);
    }
}
