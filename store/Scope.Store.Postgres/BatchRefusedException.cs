// A batch whose events the database refuses for what they are: they would be refused for ever, and all that comes after them would
// wait. Told apart from what passes (connections, resources, deadlocks) and from what is not the events' fault: missing rights,
// tables and columns.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>The database refuses a batch.</summary>
/// <param name="first">The id of its first event.</param>
/// <param name="count">How many events it has.</param>
/// <param name="refusal">What the database said.</param>
public sealed class BatchRefusedException(EventId first, int count, PostgresException refusal) : NpgsqlException(refusal.Message, refusal)
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: data, integrity, syntax or access rule, limits, and what a trigger raises.
    static readonly string[] OfData = ["22", "23", "42", "54", "P0001"];

    // Rights, and tables, columns, functions and types that are not there: the database is not what we wrote for.
    static readonly string[] OfSchema = [PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.UndefinedTable, PostgresErrorCodes.UndefinedColumn, PostgresErrorCodes.UndefinedFunction, PostgresErrorCodes.UndefinedObject];

    /// <summary>The id of its first event.</summary>
    public EventId First { get; } = first;

    /// <summary>How many events it has.</summary>
    public int Count { get; } = count;

    /// <summary>Whether an error is for good. An hour without tables is none: it gets them.</summary>
    internal static bool IsForGood(PostgresException e) => Array.Exists(OfData, code => e.SqlState.StartsWith(code, StringComparison.Ordinal)) && !OfSchema.Contains(e.SqlState)
        && (e.SqlState != PostgresErrorCodes.CheckViolation || !string.IsNullOrEmpty(e.ConstraintName));
}
