namespace Scope.Store.Postgres.Tests;

/// <summary>On a server without extensions, as most are.</summary>
[TestClass]
public sealed class EngineChoiceTests
{
    [TestMethod]
    [DataRow(WarmEngineChoice.Timescale, "timescaledb")]
    [DataRow(WarmEngineChoice.Citus, "citus")]
    public async Task A_chosen_engine_that_the_server_lacks_is_refused_with_what_to_do_and_nothing_is_made(WarmEngineChoice engine, string extension)
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Native);
        var refusal = (await Should.ThrowAsync<InvalidDataException>(() => PostgresSchema.InitializeAsync(own.Source, new(engine)))).Message;
        refusal.ShouldContain($"store.warm.engine is {engine.ToString().ToLowerInvariant()}");
        refusal.ShouldContain(extension);
        refusal.ShouldContain("shared_preload_libraries");
        refusal.ShouldContain("native");
        (await PostgresSchema.VersionAsync(own.Source)).ShouldBe(0);
    }

    [TestMethod]
    public async Task Unasked_it_is_what_any_Postgres_can_and_says_why_and_that_stays()
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Native);
        var made = await PostgresSchema.InitializeAsync(own.Source);
        made.Engine.Name.ShouldBe("native");
        made.Engine.Why.ShouldStartWith("auto: ");
        made.Engine.Why.ShouldContain("timescaledb");
        var status = await WarmStatus.ReadAsync(own.Source);
        (status.Engine, status.Why).ShouldBe(made.Engine);
        await PostgresSchema.EnsureAsync(own.Source, new(WarmEngineChoice.Native));
        foreach (var again in (Func<Task>[])[() => PostgresSchema.EnsureAsync(own.Source, new(WarmEngineChoice.Timescale)), () => PostgresSchema.InitializeAsync(own.Source, new(WarmEngineChoice.Timescale))])
            (await Should.ThrowAsync<InvalidDataException>(again)).Message.ShouldContain("was made for native");
    }

    [TestMethod]
    public async Task Unasked_it_is_TimescaleDB_where_the_server_has_it_with_its_compression()
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Timescale);
        (await PostgresSchema.InitializeAsync(own.Source)).Engine.ShouldBe(("timescale", "auto: the server has timescaledb"));
    }

    [TestMethod]
    public async Task Unasked_it_is_Citus_only_where_the_database_has_been_made_a_coordinator()
    {
        await using var without = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Citus);
        (await PostgresSchema.InitializeAsync(without.Source)).Engine.Name.ShouldNotBe("citus");
        await using var with = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Citus);
        await using (var create = with.Source.CreateCommand("create extension citus")) await create.ExecuteNonQueryAsync();
        (await PostgresSchema.InitializeAsync(with.Source)).Engine.Name.ShouldBe("citus");
    }
}
