// One real Postgres for the whole run, started by the tests themselves; without one they fail, as the tier would.
using Npgsql;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public static class Database
{
    static PostgresServer? _server;
    static int _names;

    public static NpgsqlDataSource Source { get; private set; } = null!;

    public static string ConnectionString => _server!.ConnectionString;

    [AssemblyInitialize]
    public static async Task Start(TestContext _)
    {
        _server = await PostgresServer.StartAsync();
        Source = NpgsqlDataSource.Create(_server.ConnectionString);
        await PostgresSchema.InitializeAsync(Source);
    }

    [AssemblyCleanup]
    public static async Task Stop()
    {
        await PostgresContract.DropAsync();
        if (Source is not null) await Source.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Packs an hour, however busy other tests keep it.</summary>
    internal static PackedHour Pack(Hour hour, NpgsqlDataSource? database = null)
    {
        while (true)
            if (HourPacking.PackAsync(database ?? Source, hour, CancellationToken.None).GetAwaiter().GetResult() is { } packed) return packed;
    }

    /// <summary>A name that no other test has.</summary>
    public static string NewName() => $"test {Interlocked.Increment(ref _names)}";
}
