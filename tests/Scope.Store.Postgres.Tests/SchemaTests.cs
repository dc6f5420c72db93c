using Npgsql;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class SchemaTests
{
    [TestMethod]
    public async Task The_schema_is_made_once_however_many_start_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgresSchema.InitializeAsync(Database.Source)));
        outcomes.ShouldAllBe(o => o.Version == PostgresSchema.Wanted);
        await using var count = Database.Source.CreateCommand("select count(*) from scope.schema_version");
        ((long)(await count.ExecuteScalarAsync())!).ShouldBe(PostgresSchema.Wanted);
    }

    [TestMethod]
    public async Task A_writer_ships_and_packs_with_no_more_rights_than_its_role_and_a_reader_reads()
    {
        await PostgresSchema.InitializeAsync(Database.Source);
        await using var agent = await UserAsync("shop_agent", "scope_writer");
        await using var person = await UserAsync("shop_person", "scope_reader");
        var random = new RandomEvents(21);
        var hot = new HotIndex(random.Catalog, new());
        var hour = new Hour(200_000);
        foreach (var e in random.Events(500)) hot.Append(e with { Time = hour.Start + hot.Count });
        var name = Database.NewName();
        (await new PostgresShipper(agent, name, random.Catalog, hot.Read, () => hot.Ledger).ShipAsync()).ShouldBe(500);
        (await HourPacking.PackAsync(agent, hour, CancellationToken.None))!.Value.Events.ShouldBe(500);
        (await PostgresHistory.OpenAsync(person, name))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();

        Refusal(person, "insert into scope.recording (name, ledger) values ('x', '{}')").ShouldBe("42501");
        Refusal(person, "select scope.make_hours(array['event'], array[1::bigint])").ShouldBe("42501");
        Refusal(agent, "delete from scope.batch").ShouldBe("42501");
        Refusal(agent, "drop table scope.event").ShouldBe("42501");
    }

    [TestMethod]
    public async Task Who_may_not_make_roles_is_told_what_to_do()
    {
        await using var server = await Scope.Testing.PostgresServer.StartAsync();
        await using var admin = NpgsqlDataSource.Create(server.ConnectionString);
        await RunAsync(admin, "create role owner login password 'o'; grant create on database postgres to owner");
        await using var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "owner", Password = "o" }.ConnectionString);
        (await PostgresSchema.VersionAsync(owner)).ShouldBe(0);
        var outcome = await PostgresSchema.InitializeAsync(owner);
        outcome.Version.ShouldBe(PostgresSchema.Wanted);
        outcome.Roles.ShouldContain("create role scope_writer");
        await RunAsync(admin, "create role scope_writer nologin; create role scope_reader nologin");
        (await PostgresSchema.InitializeAsync(owner)).Roles.ShouldContain("are there");
    }

    [TestMethod]
    public async Task The_status_says_what_is_raw_and_what_is_packed_and_people_can_read_raw_events_by_SQL()
    {
        var random = new RandomEvents(22);
        var hot = new HotIndex(random.Catalog, new());
        var (over, current) = (new Hour(200_100), new Hour(200_101));
        foreach (var e in random.Events(600)) hot.Append(e with { Time = (hot.Count < 400 ? over : current).Start + hot.Count });
        var name = Database.NewName();
        await new PostgresShipper(Database.Source, name, random.Catalog, hot.Read, () => hot.Ledger).ShipAsync();
        Database.Pack(over);

        var status = await WarmStatus.ReadAsync(Database.Source);
        status.Version.ShouldBe(PostgresSchema.Wanted);
        var recording = status.Recordings.Single(r => r.Name == name);
        (recording.Shipped, recording.Newest).ShouldBe((600, hot.Last));
        status.Packed.Events.ShouldBeGreaterThanOrEqualTo(400);
        status.Raw.Bytes.ShouldBeGreaterThan(0);

        await using var rows = Database.Source.CreateCommand("select count(*), count(name), min(time) from scope.events_readable where recording = $1");
        rows.Parameters.Add(new() { Value = name });
        await using var row = await rows.ExecuteReaderAsync();
        await row.ReadAsync();
        row.GetInt64(0).ShouldBe(200);
        row.GetInt64(1).ShouldBe(hot.List(new() { From = current.Start }).Count(e => !e.Event.Name.IsNone));
        row.GetDateTime(2).ShouldBe(current.Start.ToInstant().ToDateTimeUtc());
    }

    static async Task<NpgsqlDataSource> UserAsync(string user, string role)
    {
        await RunAsync(Database.Source, $"create role {user} login password 'p' in role {role}");
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = user, Password = "p" }.ConnectionString);
    }

    static string Refusal(NpgsqlDataSource who, string sql) => Should.Throw<PostgresException>(() =>
    {
        using var command = who.CreateCommand(sql);
        command.ExecuteNonQuery();
    }).SqlState;

    static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
