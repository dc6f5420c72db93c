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
    public async Task A_database_of_an_older_version_is_upgraded_with_what_it_holds()
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Native);
        await RunAsync(own.Source, "create schema scope; create table scope.schema_version (number integer primary key, applied timestamptz not null default now()); insert into scope.schema_version (number) values (1), (2)");
        foreach (var file in (string[])["001_warm", "002_minutes"])
        {
            using var sql = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream($"Schema/{file}.sql")!);
            await RunAsync(own.Source, await sql.ReadToEndAsync());
        }
        var random = new RandomEvents(23);
        var hot = new HotIndex(random.Catalog, new());
        var (over, late) = (new Hour(200_200), new Hour(200_201));
        foreach (var e in random.Events(600)) hot.Append(e with { Time = (hot.Count < 400 ? over : late).Start + hot.Count });
        await using (var connection = await own.Source.OpenConnectionAsync())
        {
            await HourTables.MakeAsync(connection, HourTables.Raw, [over, late], CancellationToken.None);
            await EventRows.WriteAsync(connection, 1, new(0), hot.List(EventQuery.All).Select(e => e.Event).ToArray(), CancellationToken.None);
            await PostgresSchema.RunAsync(connection, "insert into scope.recording (name, next_event, ledger) values ('old', 600, '{}')", CancellationToken.None);
        }
        (await HourPacking.PackAsync(own.Source, over, CancellationToken.None))!.Value.Events.ShouldBe(400);
        (await WarmStatus.ReadAsync(own.Source)).Recordings.Single().Shipped.ShouldBe(600, "what can be told before the upgrade is");

        await PostgresSchema.EnsureAsync(own.Source);
        var status = await WarmStatus.ReadAsync(own.Source);
        (status.Version, status.Engine, status.Raw.Hours, status.Packed.Events).ShouldBe((PostgresSchema.Wanted, "native", 1, 400));
        hot.Append(random.Event() with { Time = late.Start + 1000 });
        (await new PostgresShipper(own.Source, "old", random.Catalog, hot.Read, () => hot.Ledger).ShipAsync()).ShouldBe(1);
        (await WarmUpkeep.RunAsync(own.Source, new(null, null), Scope.Events.EventTime.Now)).PackedEvents.ShouldBe(201);
        (await PostgresHistory.OpenAsync(own.Source, "old"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
    }

    [TestMethod]
    public async Task A_database_of_a_newer_version_is_left_alone_and_says_what_to_do()
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Native);
        await RunAsync(own.Source, "create schema scope; create table scope.schema_version (number integer primary key, applied timestamptz not null default now()); insert into scope.schema_version (number) select generate_series(1, 999)");
        (await Should.ThrowAsync<InvalidDataException>(PostgresSchema.EnsureAsync(own.Source))).Message.ShouldContain("of a newer Scope (version 999");
        (await Should.ThrowAsync<InvalidDataException>(PostgresSchema.InitializeAsync(own.Source))).Message.ShouldContain("update Scope");
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

    static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
