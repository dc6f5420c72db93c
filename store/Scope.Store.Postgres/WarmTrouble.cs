// What can go wrong between a recording's folder and the database, and is no bug.
using Npgsql;

namespace Scope.Store.Postgres;

/// <summary>Tells trouble from bugs.</summary>
static class WarmTrouble
{
    /// <summary>Whether a stage lives with it: the database, the disk or what is on them is not as it should be, or it was told to give up.</summary>
    public static bool IsExpected(Exception e) => e is NpgsqlException or TimeoutException or IOException or UnauthorizedAccessException or InvalidDataException or OperationCanceledException;

    /// <summary>Whether the same may work later, without anybody doing anything to what is shipped.</summary>
    public static bool MayPass(Exception e) => e is NpgsqlException { IsTransient: true } or TimeoutException or OperationCanceledException or IOException;
}
