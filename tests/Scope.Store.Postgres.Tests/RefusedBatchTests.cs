using System.Collections.Concurrent;
using Npgsql;
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

/// <summary>What a real server refuses for what it is: an event that a constraint does not allow, in rows or in a batch.</summary>
[TestClass]
public sealed class RefusedBatchTests
{
    const int Events = 2 * Limits.BlockEvents + 1000, Refused = Limits.BlockEvents + 5000;

    [TestMethod]
    public async Task A_batch_that_is_refused_for_good_is_set_aside_whole_and_what_comes_after_it_arrives_once()
    {
        await using var database = await EngineDatabase.MakeAsync(WarmEngineChoice.Native);
        using var folder = new TemporaryFolder("refused");
        var recorded = Record(folder.Path);
        await RunAsync(database, $"alter table scope.event add constraint no_such_event check (id <> {Refused}); alter table scope.batch add constraint no_such_event check ({Refused} not between first_id and last_id)");
        var notes = new ConcurrentQueue<string>();
        using (var stage = Stage(database, recorded.Folder, notes, _ => null))
            await Deadline.UntilAsync("the rest to be shipped", () => stage.Progress is { Behind: 0, Failing: null });

        var aside = SetAside.In(folder.Path, FolderShipper.Destination).ShouldHaveSingleItem();
        aside.Why.ShouldContain("no_such_event");
        aside.Events.ShouldBe(Limits.BlockEvents);
        notes.ShouldHaveSingleItem().ShouldContain($"scope-attach store ship {aside.Folder}");
        var shipped = (await PostgresHistory.OpenAsync(database.Source, Path.GetFileName(recorded.Folder)))!;
        shipped.Ledger.Losses.ShouldHaveSingleItem().ShouldBe(new(LossSource.Tier, FolderShipper.Destination, recorded.List(EventQuery.All)[Limits.BlockEvents].Event.Time, recorded.List(EventQuery.All)[2 * Limits.BlockEvents - 1].Event.Time, aside.Events));
        recorded.Ledger.Lost.ShouldBe(0, "it is here");
        Meanings(recorded, shipped, RecordingReader.Open(aside.Folder));

        using (var again = await ShipperAsync(database, aside.Folder)) await Should.ThrowAsync<BatchRefusedException>(() => again.ShipAsync());
        SetAside.In(folder.Path, FolderShipper.Destination).ShouldBe([aside], "what is refused again stays where it is");
        await RunAsync(database, "alter table scope.event drop constraint no_such_event; alter table scope.batch drop constraint no_such_event");
        using (var mended = await ShipperAsync(database, aside.Folder))
        {
            (await mended.ShipAsync()).ShouldBe(aside.Events);
            SetAside.Shipped(aside.Folder, FolderShipper.Destination, mended.Next);
        }
        SetAside.In(folder.Path, FolderShipper.Destination).ShouldBeEmpty();
        Meanings(recorded, shipped, (await PostgresHistory.OpenAsync(database.Source, Path.GetFileName(aside.Folder)))!);
        using var rest = await ShipperAsync(database, recorded.Folder);
        (await rest.ShipAsync()).ShouldBe(0);
    }

    [TestMethod]
    public async Task Who_has_no_rights_or_finds_no_table_sets_nothing_aside()
    {
        await using var database = await EngineDatabase.MakeAsync(WarmEngineChoice.Native);
        using var folder = new TemporaryFolder("refused");
        var recorded = Record(folder.Path, 100);
        await using var writer = await database.AsUserAsync("agent", "scope_writer");
        await RunAsync(database, "revoke insert on scope.event from scope_writer");
        using (var noRights = await FolderShipper.BeginAsync(writer, Path.GetFileName(recorded.Folder), catalog => SpoolFeed.Of(recorded.Folder, catalog, () => false)))
            for (var i = 0; i <= Limits.RefusedTries; i++) (await Should.ThrowAsync<PostgresException>(() => noRights.ShipBatchAsync(isLast: true))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await RunAsync(database, "alter table scope.event rename column detail to other");
        using (var noColumn = await ShipperAsync(database, recorded.Folder))
            for (var i = 0; i <= Limits.RefusedTries; i++) (await Should.ThrowAsync<PostgresException>(() => noColumn.ShipBatchAsync(isLast: true))).SqlState.ShouldBe(PostgresErrorCodes.UndefinedColumn);
        SetAside.In(folder.Path, FolderShipper.Destination).ShouldBeEmpty();
    }

    [TestMethod]
    public async Task What_others_left_goes_on_behind_it_too_and_what_is_set_aside_waits_for_people()
    {
        await using var database = await EngineDatabase.MakeAsync(WarmEngineChoice.Native);
        await RunAsync(database, "alter table scope.event add constraint no_such_event check (id <> 50)");
        using var folder = new TemporaryFolder("refused");
        var spool = SpoolFolder.TryOpen(folder["spool"], new(long.MaxValue), [FolderShipper.Destination], out _).ShouldNotBeNull();
        Recording left;
        using (var writing = spool.Begin(Database.NewName(), EventTime.Now)) left = RecordInto(writing.Folder, 100);
        var notes = new ConcurrentQueue<string>();
        using (Stage(database, Record(folder.Path, 10).Folder, notes, wanted => spool.TakeWaiting(FolderShipper.Destination, wanted)))
            await Deadline.UntilAsync("what was left to be passed over", () => spool.Find(Path.GetFileName(left.Folder))!.Book.Shipped.GetValueOrDefault(FolderShipper.Destination) == 100);
        SetAside.In(spool.Path, FolderShipper.Destination).ShouldHaveSingleItem().Events.ShouldBe(100);
        notes.ShouldHaveSingleItem().ShouldContain(Path.GetFileName(left.Folder));
        spool.TakeWaiting(FolderShipper.Destination, name => !SetAside.Is(name)).ShouldBeNull();
    }

    // Each event is in one of two histories, and says there what it says in the recording.
    static void Meanings(IHistory recorded, IHistory shipped, IHistory aside)
    {
        List<StoredEvent> all = recorded.List(EventQuery.All), parts = [.. shipped.List(EventQuery.All), .. aside.List(EventQuery.All)];
        parts.Sort((a, b) => a.Id.CompareTo(b.Id));
        parts.Select(s => s.Id).ShouldBe(all.Select(s => s.Id));
        for (var i = 0; i < all.Count; i++)
        {
            var there = i / Limits.BlockEvents == 1 ? aside : shipped;
            var (a, b) = (all[i].Event, parts[i].Event);
            var same = a.Time == b.Time && a.Kind == b.Kind && a.Value == b.Value && a.Detail == b.Detail && a.Flags == b.Flags && recorded.Catalog.Names[a.Name] == there.Catalog.Names[b.Name]
                && recorded.Catalog.Methods[a.Method]?.FullName == there.Catalog.Methods[b.Method]?.FullName && recorded.Catalog.Threads.OsIdOf(a.Thread) == there.Catalog.Threads.OsIdOf(b.Thread);
            same.ShouldBeTrue($"event {i} differs: {a.Kind} of {a.Time}, {b.Kind} of {b.Time}");
        }
    }

    static WarmStage Stage(EngineDatabase database, string folder, ConcurrentQueue<string> notes, Func<Func<string, bool>, SpoolShipping?> takeLeft) => WarmStage.Start(new(NpgsqlDataSource.Create(database.ConnectionString), Path.GetFileName(folder),
        catalog => SpoolFeed.Of(folder, catalog, () => false), new(null, null), () => Events, _ => { }, takeLeft, notes.Enqueue));

    static Task<FolderShipper> ShipperAsync(EngineDatabase database, string folder) => FolderShipper.BeginAsync(database.Source, Path.GetFileName(folder), catalog => SpoolFeed.Of(folder, catalog, () => false));

    static async Task RunAsync(EngineDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static Recording Record(string directory, int count = Events) => RecordInto(RecordingFolder.Create(directory, Database.NewName(), EventTime.Now), count);

    static Recording RecordInto(string folder, int count)
    {
        var random = new RandomEvents(5);
        var ledger = new Ledger();
        var hot = new HotIndex(random.Catalog, ledger);
        using (var writer = RecordingWriter.Start(folder, new() { Started = EventTime.Now }, random.Catalog, ledger, hot.Read))
        {
            foreach (var e in random.Events(count)) hot.Append(e);
            ledger.Captured("test", count);
            writer.Stop().Problem.ShouldBeNull();
        }
        return RecordingReader.Open(folder);
    }
}
