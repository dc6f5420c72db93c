// Stock by warehouse, from the database.
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Scenes.Inventory;

public sealed class StockReader(NpgsqlDataSource database)
{
    static readonly List<NpgsqlDataReader> s_open = [];

    public int First(int warehouse)
    {
        var connection = database.OpenConnection();
        var reader = new NpgsqlCommand($"select id, cents from bookings where account = {warehouse % 500} limit 3", connection).ExecuteReader();
        if (!reader.Read())
            return 0;
        if (warehouse % 3 == 0)
        {
            lock (s_open)
                s_open.Add(reader); // Read on by the page that follows.
            return reader.GetInt32(0);
        }
        reader.Dispose();
        connection.Dispose();
        return 1;
    }
}

[ApiController]
[Route("stock")]
public sealed class StockController(StockReader stock) : ControllerBase
{
    [HttpGet("{warehouse:int}")]
    public ActionResult<int> Get(int warehouse) => stock.First(warehouse);
}
