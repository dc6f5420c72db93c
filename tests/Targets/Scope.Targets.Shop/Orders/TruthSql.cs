// The truth runs' statements: asked for across the ways that code hops between threads.
using Npgsql;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Orders;

/// <summary>Runs a statement after each kind of hop.</summary>
public static class TruthSql
{
    /// <summary>One statement a hop; returns how many ran.</summary>
    public static Task<int> RunAsync(TruthHops hops, NpgsqlDataSource database, TruthLog truth) => hops.RunAsync(() =>
    {
        using var command = database.CreateCommand(truth.StampSql("select 1"));
        command.ExecuteScalar();
    });
}
