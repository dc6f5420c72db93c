// What a customer owes, by plain Npgsql.
using Npgsql;
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Orders;

/// <summary>Sums a customer's orders.</summary>
public sealed class BalanceQuery(NpgsqlDataSource database, FaultSwitches faults, TruthLog truth)
{
    const string Sum = """select coalesce(sum("Cents"), 0)::bigint from orders where "CustomerId" = $1""";
    const string SlowSum = """select coalesce(sum("Cents"), 0)::bigint from orders, (select pg_sleep(0.3)) as scan where "CustomerId" = $1""";

    /// <summary>The balance in cents.</summary>
    public Task<long> OfAsync(int customer) => faults.IsOn(FaultTable.SlowSql) ? SumSlowlyAsync(customer) : RunAsync(Sum, customer);

    /// <summary>The fault: a statement that the database takes long for.</summary>
    async Task<long> SumSlowlyAsync(int customer)
    {
        await using var command = database.CreateCommand(truth.StampSql(SlowSum));
        command.Parameters.Add(new NpgsqlParameter { Value = customer });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    async Task<long> RunAsync(string sql, int customer)
    {
        await using var command = database.CreateCommand(truth.StampSql(sql));
        command.Parameters.Add(new NpgsqlParameter { Value = customer });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
