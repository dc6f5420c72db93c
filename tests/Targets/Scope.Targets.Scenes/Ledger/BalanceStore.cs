// Balances, changed in a transaction that also tells the bank.
using Npgsql;

namespace Scenes.Ledger;

public sealed class BalanceStore(NpgsqlDataSource database)
{
    public const string Tables = """
        create table if not exists balances (account int primary key, cents bigint not null);
        insert into balances select i, 1000000 from generate_series(0, 1) i on conflict do nothing;
        """;

    public async Task<long> DebitAsync(int account, long cents)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var update = new NpgsqlCommand("update balances set cents = cents - $2 where account = $1 returning cents", connection, transaction);
        update.Parameters.Add(new() { Value = account % 2 });
        update.Parameters.Add(new() { Value = cents });
        long left = (long)(await update.ExecuteScalarAsync())!;
        await Task.Delay(60); // The bank acknowledges.
        await transaction.CommitAsync();
        return left;
    }
}
