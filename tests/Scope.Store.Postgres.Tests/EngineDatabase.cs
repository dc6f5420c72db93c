// A database for each engine: on the server that the tests start themselves for what any Postgres can, else on one that somebody
// names, as no package of TimescaleDB or Citus is at hand everywhere. Where nobody does, the tests say that they were not run.
using Npgsql;

namespace Scope.Store.Postgres.Tests;

/// <summary>A database of our own on a server; dropped in the end.</summary>
sealed class EngineDatabase : IAsyncDisposable
{
    static int s_databases;

    readonly string _server;
    readonly string _name;

    EngineDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, CommandTimeout = 120 }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    readonly List<string> _users = [];

    public NpgsqlDataSource Source { get; }

    public string ConnectionString { get; }

    /// <summary>Makes a database with the schema of an engine; ends the test as inconclusive where there is no server for it.</summary>
    public static async Task<EngineDatabase> MakeAsync(WarmEngineChoice engine, WarmLayoutChoice layout = WarmLayoutChoice.Auto)
    {
        var database = await MakeEmptyAsync(engine);
        (await PostgresSchema.InitializeAsync(database.Source, new(engine, layout))).Engine.Name.ShouldBe(engine.ToString().ToLowerInvariant());
        return database;
    }

    /// <summary>The same without a schema.</summary>
    public static async Task<EngineDatabase> MakeEmptyAsync(WarmEngineChoice engine)
    {
        var variable = $"SCOPE_TEST_{engine.ToString().ToUpperInvariant()}";
        var server = engine == WarmEngineChoice.Native ? Database.ConnectionString : Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(server)) Assert.Inconclusive($"not run: {variable} is not set to the connection string of a server with the extension");
        var name = $"scope_test_{Environment.ProcessId}_{Interlocked.Increment(ref s_databases)}";
        await RunAsync(server!, $"create database {name}");
        return new(server!, name);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await RunAsync(_server, $"drop database {_name} with (force)");
        foreach (var user in _users) await RunAsync(_server, $"drop role {user}");
    }

    /// <summary>Connects as a new user with a role.</summary>
    public async Task<NpgsqlDataSource> AsUserAsync(string name, string role)
    {
        var user = $"{_name}_{name}";
        await RunAsync(_server, $"create role {user} login password 'p' in role {role}");
        _users.Add(user);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Username = user, Password = "p" }.ConnectionString);
    }

    static async Task RunAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
