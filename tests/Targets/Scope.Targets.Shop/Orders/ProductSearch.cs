// Who bought a product, by plain Npgsql.
using Npgsql;
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Orders;

/// <summary>Searches orders by product.</summary>
public sealed class ProductSearch(NpgsqlDataSource database, FaultSwitches faults, TruthLog truth)
{
    const string Joined = """select count(distinct o."CustomerId") from order_lines l join orders o on o."Id" = l."OrderId" where l."Product" = $1""";
    const string Unjoined = """select count(distinct o."CustomerId") from order_lines l, orders o where l."Product" = $1""";

    /// <summary>How many customers bought a product.</summary>
    public Task<long> BuyersAsync(int product) => faults.IsOn(FaultTable.CrossJoin) ? FindWithoutJoinConditionAsync(product) : RunAsync(Joined, product);

    /// <summary>The fault: each line of the product meets every order.</summary>
    async Task<long> FindWithoutJoinConditionAsync(int product)
    {
        await using var command = database.CreateCommand(truth.StampSql(Unjoined));
        command.Parameters.Add(new NpgsqlParameter { Value = product });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    async Task<long> RunAsync(string sql, int product)
    {
        await using var command = database.CreateCommand(truth.StampSql(sql));
        command.Parameters.Add(new NpgsqlParameter { Value = product });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
