// Bookings by their note.
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Scenes.Ledger;

public interface ILedgerQueries
{
    Task<long> CountByNoteAsync(string note);
}

public sealed class LedgerQueries(NpgsqlDataSource database) : ILedgerQueries
{
    public const string Tables = """
        create table if not exists bookings (id int primary key, account int not null, cents bigint not null, note text not null);
        insert into bookings select i, i % 500, i, 'booking ' || i from generate_series(1, 250000) i on conflict do nothing;
        """;

    public async Task<long> CountByNoteAsync(string note)
    {
        await using var command = database.CreateCommand("select count(*) from bookings where md5(lower(note)) = md5(lower($1))");
        command.Parameters.Add(new() { Value = note });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

[ApiController]
[Route("bookings")]
public sealed class BookingsController(ILedgerQueries ledger) : ControllerBase
{
    [HttpGet("count")]
    public async Task<ActionResult<long>> Count(string note) => await ledger.CountByNoteAsync(note);
}
