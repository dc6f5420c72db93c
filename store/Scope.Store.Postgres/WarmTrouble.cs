// What can go wrong between a recording's folder and the database, and is no bug.
using System.Security.Authentication;
using Npgsql;

namespace Scope.Store.Postgres;

/// <summary>Tells trouble from bugs.</summary>
public static class WarmTrouble
{
    /// <summary>What a person is told of it.</summary>
    public static string Text(Exception e) => e switch
    {
        NpgsqlException { InnerException: AuthenticationException inner } => $"the server's certificate is not what the connection string asks for ({inner.Message.TrimEnd('.')}): say in it which authority to trust (Root Certificate=FILE) and connect by the name that the certificate is for",
        { InnerException: { } inner and not NpgsqlException } => $"{e.Message}: {inner.Message}",
        _ => e.Message,
    };

    /// <summary>Whether a stage lives with it: the database, the disk or what is on them is not as it should be, or it was told to give up.</summary>
    public static bool IsExpected(Exception e) => e is NpgsqlException or TimeoutException or IOException or UnauthorizedAccessException or InvalidDataException or OperationCanceledException;

    /// <summary>Whether the same may work later, without anybody doing anything to what is shipped.</summary>
    public static bool MayPass(Exception e) => e is NpgsqlException { IsTransient: true } or TimeoutException or OperationCanceledException or IOException;
}
