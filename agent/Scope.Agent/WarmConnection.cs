// Which Postgres is the warm tier. The connection string is a secret: it comes by a file, by the environment or by scope.toml,
// never by the command line, and is never printed. TLS and certificates are said in it, as Npgsql understands them.
using Npgsql;
using Scope.Agent.Configuration;

namespace Scope.Agent;

static class WarmConnection
{
    /// <summary>The environment variable that holds the connection string for the store verbs.</summary>
    public const string Variable = "SCOPE_POSTGRES";

    /// <summary>The database of a verb: of its --connection-file, else of the variable, else of [store.warm].</summary>
    public static NpgsqlDataSource Of(string? file, WarmSettings warm)
    {
        if (file is not null) return Open(Read("--connection-file", file), file);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told) return Open(told, Variable);
        return OfSettings(warm) ?? throw new UserError(ExitCode.BadArgument, $"which database? Set {Variable} to a connection string, give --connection-file, or set store.warm.connection_file in scope.toml.");
    }

    /// <summary>The database of [store.warm]; null when there is none.</summary>
    public static NpgsqlDataSource? OfSettings(WarmSettings warm)
    {
        if (warm.Connection.Length > 0) return Open(warm.Connection, "store.warm.connection");
        return warm.ConnectionFile.Length > 0 ? Open(Read("store.warm.connection_file", warm.ConnectionFile), "store.warm.connection_file") : null;
    }

    static NpgsqlDataSource Open(string connection, string origin)
    {
        try
        {
            return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "scope" });
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The message may hold a part of the string.
            throw new UserError(ExitCode.BadArgument, $"{origin}: this is no connection string of Npgsql's; one looks like Host=db;Database=scope;Username=shop_agent;Password=…;SSL Mode=VerifyFull");
        }
    }

    static string Read(string origin, string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"{origin} {file}: {e.Message}");
        }
    }
}
