// A page of products with their prices.
using Npgsql;

namespace Scenes.Catalog;

public sealed class ProductPage(NpgsqlDataSource database)
{
    public const string Tables = """
        create table if not exists products (id int primary key, name text not null);
        create table if not exists prices (product int primary key, cents bigint not null);
        insert into products select i, 'product ' || i from generate_series(1, 2000) i on conflict do nothing;
        insert into prices select i, i * 10 from generate_series(1, 2000) i on conflict do nothing;
        """;

    public async Task<long> LoadAsync(int page)
    {
        long sum = 0;
        foreach (int product in await ProductsAsync(page))
            sum += await PriceAsync(product);
        return sum;
    }

    async Task<List<int>> ProductsAsync(int page)
    {
        await using var command = database.CreateCommand("select id from products where id > $1 order by id limit 25");
        command.Parameters.Add(new() { Value = page % 60 * 25 });
        await using var reader = await command.ExecuteReaderAsync();
        List<int> products = [];
        while (await reader.ReadAsync())
            products.Add(reader.GetInt32(0));
        return products;
    }

    async Task<long> PriceAsync(int product)
    {
        await using var command = database.CreateCommand("select cents from prices where product = $1");
        command.Parameters.Add(new() { Value = product });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
