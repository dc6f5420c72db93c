using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class ShippingTests
{
    [TestMethod]
    public async Task A_recording_comes_back_from_the_database_as_it_is_on_the_disk()
    {
        using var folder = new TemporaryFolder("ship");
        var recording = Record(folder.Path, 5000);
        (await ShipAsync(recording.Folder)).ShouldBe(5000);
        (await ShipAsync(recording.Folder)).ShouldBe(0);
        var shipped = (await PostgresHistory.OpenAsync(Database.Source, Path.GetFileName(recording.Folder)))!;
        shipped.List(EventQuery.All).SequenceEqual(recording.List(EventQuery.All)).ShouldBeTrue();
        shipped.Ledger.Captured.ShouldBe(recording.Ledger.Captured);
        for (var i = 1; i <= recording.Catalog.Names.LastId; i++) shipped.Catalog.Names[new(i)].ShouldBe(recording.Catalog.Names[new(i)]);
    }

    [TestMethod]
    public async Task What_was_read_ahead_while_the_server_took_what_was_before_keeps_its_payloads()
    {
        using var folder = new TemporaryFolder("ship");
        var recording = Record(folder.Path, 2 * Limits.BlockEvents + 1000, (catalog, e) =>
        {
            var writer = new PayloadWriter(new byte[100]);
            writer.Add(catalog.Names.Intern("text"), $"what was said at {e.Time.UnixNanos}, in so many words");
            return e with { Payload = catalog.Payloads.Add(writer.Written) };
        });
        (await ShipAsync(recording.Folder)).ShouldBe(recording.Count);
        var shipped = (await PostgresHistory.OpenAsync(Database.Source, Path.GetFileName(recording.Folder)))!;
        string? Said(IHistory history, ScopeEvent e) => history.Catalog.Payloads.Field(e.Payload, history.Catalog.Names.Intern("text"));
        shipped.List(EventQuery.All).Select(e => Said(shipped, e.Event)).ShouldBe(recording.List(EventQuery.All).Select(e => Said(recording, e.Event)));
    }

    [TestMethod]
    public async Task Another_recording_of_the_same_name_is_refused_and_nothing_of_it_comes_in()
    {
        using TemporaryFolder folder = new("ship"), others = new("ship");
        var recording = Record(folder.Path, 300);
        var other = Record(others.Path, 500);
        var renamed = Path.Combine(others.Path, Path.GetFileName(recording.Folder));
        if (other.Folder != renamed) Directory.Move(other.Folder, renamed);
        (await ShipAsync(recording.Folder)).ShouldBe(300);
        (await Should.ThrowAsync<InvalidDataException>(() => ShipAsync(renamed))).Message.ShouldContain("another name");
        (await PostgresHistory.OpenAsync(Database.Source, Path.GetFileName(renamed)))!.Count.ShouldBe(300);
    }

    [TestMethod]
    public async Task What_is_learnt_of_code_threads_and_processes_after_their_events_were_shipped_is_shipped_too()
    {
        var catalog = new Catalog();
        var hot = new HotIndex(catalog, new());
        var target = catalog.Targets.Add(new(1, "dotnet", "", "", "", "", EventTime.Min, 1, ""));
        var thread = catalog.Threads.Intern(target, 77);
        var nodes = Enumerable.Range(0, 5).Select(i => catalog.CodeNodes.Intern(target, 0x1000UL + (ulong)i)).ToArray();
        var name = Database.NewName();
        PostgresShipper NewShipper() => new(Database.Source, name, catalog, hot.Read, () => hot.Ledger);
        var shipper = NewShipper();
        async Task<Catalog> ShipAsync(bool again)
        {
            hot.Append(new() { Kind = EventKind.CpuSample, Time = new(1_700_000_000_000_000_000 + hot.Count), Target = target, Thread = thread, CodeNode = nodes[0] });
            // A shipper that goes on knows what it told; one that begins again asks the database.
            await (again ? NewShipper() : shipper).ShipAsync();
            return (await PostgresHistory.OpenAsync(Database.Source, name))!.Catalog;
        }
        (await ShipAsync(again: false)).CodeNodes.MethodOf(nodes[0]).IsNone.ShouldBeTrue();
        foreach (var again in (bool[])[false, true])
        {
            var node = nodes[again ? 1 : 0];
            catalog.CodeNodes.Resolve(node, catalog.Methods.Intern(new(default, node.Value, "Shop", $"Take{node.Value}", "")), 12);
            catalog.Threads.SetName(thread, catalog.Names.Intern($"worker {again}"));
            catalog.Targets.Update(target, catalog.Targets[target] with { Name = $"shop {again}" });
            var there = await ShipAsync(again);
            there.Methods[there.CodeNodes.MethodOf(node)]!.Name.ShouldBe($"Take{node.Value}");
            there.CodeNodes.OffsetOf(node).ShouldBe(12);
            there.Names[there.Threads.NameOf(thread)].ShouldBe($"worker {again}");
            there.Targets[target].Name.ShouldBe($"shop {again}");
            there.CodeNodes.MethodOf(nodes[4]).IsNone.ShouldBeTrue();
        }
    }

    [TestMethod]
    public async Task An_unknown_name_is_no_history() => (await PostgresHistory.OpenAsync(Database.Source, "nobody")).ShouldBeNull();

    static async Task<long> ShipAsync(string folder)
    {
        using var shipper = await FolderShipper.BeginAsync(Database.Source, Path.GetFileName(folder), catalog => SpoolFeed.Of(folder, catalog, () => false));
        return await shipper.ShipAsync();
    }

    static Recording Record(string directory, int count, Func<Catalog, ScopeEvent, ScopeEvent>? with = null)
    {
        var random = new RandomEvents(3);
        var ledger = new Ledger();
        var hot = new HotIndex(random.Catalog, ledger);
        var folder = RecordingFolder.Create(directory, Database.NewName(), EventTime.Now);
        using (var writer = RecordingWriter.Start(folder, new() { Started = EventTime.Now }, random.Catalog, ledger, hot.Read))
        {
            foreach (var e in random.Events(count)) hot.Append(with is null ? e : with(random.Catalog, e));
            ledger.Captured("test", count);
            writer.Stop().Problem.ShouldBeNull();
        }
        return RecordingReader.Open(folder);
    }
}
