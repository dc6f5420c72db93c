// Account statements: rows from the database, the header from the bank.
using Npgsql;

namespace Scenes.Reports;

public sealed class StatementExport(NpgsqlDataSource database, IHttpClientFactory clients)
{
    public async Task<int> ExportAsync(int account)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("select account from bookings where id = $1", connection);
        command.Parameters.Add(new() { Value = account + 1 });
        int owner = (int)(await command.ExecuteScalarAsync())!;
        string header = await clients.CreateClient("partner").GetStringAsync($"/statements/{owner}");
        return header.Length;
    }
}
