// From Postgres into an archive: what was shipped comes back with the same ids and the same meaning.
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class ArchivingTests
{
    [TestMethod]
    public async Task What_was_shipped_is_archived_from_Postgres_and_gives_the_same_answers()
    {
        using var root = new TemporaryFolder("archive");
        var random = new RandomEvents(77);
        var events = random.Events(6000);
        var hot = new HotIndex(random.Catalog, new Ledger());
        foreach (var e in events) hot.Append(e);
        var name = Database.NewName();
        await new PostgresShipper(Database.Source, name, random.Catalog, hot.Read, () => hot.Ledger).ShipAsync();
        var warm = (await PostgresHistory.OpenAsync(Database.Source, name))!;

        using var archive = new FolderArchive(root["archive"]);
        Directory.CreateDirectory(root["scratch"]);
        var outcome = new HistoryArchiver(archive, root["scratch"]).Archive("shipped.scope", warm, "warm tier", EventTime.Max);
        outcome.Problem.ShouldBeNull();
        var cold = new Translated(new ColdHistory(archive, outcome.Manifest!), random.Catalog, events);
        cold.List(EventQuery.All).ShouldBe(hot.List(EventQuery.All));
        foreach (var query in Enumerable.Range(0, 30).Select(_ => random.Query(events))) cold.List(query).ShouldBe(hot.List(query), $"{query}");
    }
}
