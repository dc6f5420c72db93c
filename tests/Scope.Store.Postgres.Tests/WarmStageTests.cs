using System.Collections.Concurrent;
using Npgsql;
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

/// <summary>A recording that is written and shipped at once, on a server that is not always there.</summary>
[TestClass]
public sealed class WarmStageTests
{
    const int EventsEach = 400, PauseMillis = 20; // 20,000 events a second.

    [TestMethod]
    public async Task Every_event_arrives_once_though_the_server_is_killed_twice_and_the_shipper_dies()
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        using var folder = new TemporaryFolder("live");
        await using var capture = Capture.Below(folder.Path);
        var stage = Ship(server, capture);
        await Deadline.UntilAsync("events to arrive", () => stage.Progress.Shipped > 0);

        server.Kill();
        await Deadline.UntilAsync("the failure to be told", () => stage.Progress.Failing is not null);
        var (since, captured) = (stage.Progress.Failing!.Since, capture.Count);
        await Deadline.UntilAsync("capture to go on for a second all the same", () => capture.Count > captured + 15_000);
        stage.Progress.Failing!.Since.ShouldBe(since, "it fails since it began to");
        stage.Progress.Behind.ShouldBeGreaterThan(10_000);
        stage.Progress.ToString().ShouldContain("failing since");
        await server.StartAgainAsync();
        await Deadline.UntilAsync("it to catch up", () => stage.Progress is { Failing: null, Behind: < 20_000 });

        stage.Dispose(); // As if killed: nothing is finished, and the next one knows nothing of it.
        stage = Ship(server, capture);
        await Deadline.UntilAsync("another one to go on", () => stage.Progress.Shipped > 0);
        server.Kill();
        await server.StartAgainAsync();
        await capture.EndAsync();
        await Deadline.UntilAsync("the server to be found again", () => stage.Progress.Failing is null && stage.Progress.Shipped > 0);
        stage.Finish(TimeSpan.FromSeconds(30)).Behind.ShouldBe(0);

        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        ShouldBeAlike((await PostgresHistory.OpenAsync(database, capture.Name))!, RecordingReader.Open(capture.Folder));
    }

    [TestMethod]
    public async Task What_is_not_shipped_at_the_end_stays_in_the_folder_and_is_shipped_later()
    {
        await using var server = await PostgresServer.StartAsync();
        using var folder = new TemporaryFolder("later");
        await using var capture = Capture.Below(folder.Path);
        server.Kill();
        var stage = Ship(server, capture);
        await Deadline.UntilAsync("the failure to be told", () => stage.Progress.Failing is not null && capture.Count > 10_000);
        await capture.EndAsync();
        stage.Finish(TimeSpan.FromSeconds(5)).Behind.ShouldBe(capture.Count);
        await server.StartAgainAsync();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await PostgresSchema.EnsureAsync(database);
        using (var shipper = await FolderShipper.BeginAsync(database, capture.Name, catalog => SpoolFeed.Of(capture.Folder, catalog, () => false)))
            (await shipper.ShipAsync()).ShouldBe(capture.Count);
        ShouldBeAlike((await PostgresHistory.OpenAsync(database, capture.Name))!, RecordingReader.Open(capture.Folder));
    }

    [TestMethod]
    public async Task What_others_left_is_shipped_once_by_two_that_ship_their_own_and_what_cannot_be_is_told_once()
    {
        using var folder = new TemporaryFolder("left");
        var spool = SpoolFolder.TryOpen(folder["spool"], new(long.MaxValue), ["warm"], out _).ShouldNotBeNull();
        List<string> left = [await LeaveAsync(spool), await LeaveAsync(spool), await LeaveAsync(spool)];
        // The oldest has the name of another that the database has.
        await new PostgresShipper(Database.Source, Path.GetFileName(left[0]), new(), (EventId from, Span<ScopeEvent> _, out EventId first) => (first = from).Value > 0 ? 1 : 0, () => LedgerSummary.Empty, EventTime.Min).ShipBatchAsync();
        await using Capture one = Capture.Below(folder["one"]), other = Capture.Below(folder["other"]);
        var notes = new ConcurrentQueue<string>();
        WarmStage Ship(Capture capture) => WarmStageTests.Ship(Database.ConnectionString, capture, wanted => SpoolFolder.TryOpen(spool.Path, spool.Limits, ["warm"], out _)!.TakeWaiting("warm", wanted), notes.Enqueue);
        using (Ship(one))
        using (Ship(other))
        {
            await Deadline.UntilAsync("what was left to be shipped", () => left.Skip(1).All(f => spool.Find(Path.GetFileName(f))!.Book.Shipped.GetValueOrDefault("warm") == RecordingReader.Open(f).Count));
            await Deadline.UntilAsync("what cannot be shipped to be told", () => !notes.IsEmpty);
        }
        notes.ShouldAllBe(note => note.Contains(Path.GetFileName(left[0])) && note.Contains("another name"));
        notes.Count.ShouldBeLessThanOrEqualTo(2, "each tells it once");
        foreach (var recording in left.Skip(1)) ShouldBeAlike((await PostgresHistory.OpenAsync(Database.Source, Path.GetFileName(recording)))!, RecordingReader.Open(recording));
        Directory.GetFiles(spool.Path, "shipping", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>A recording in a spool that nobody writes any more.</summary>
    static async Task<string> LeaveAsync(SpoolFolder spool)
    {
        using var writing = spool.Begin(Database.NewName(), EventTime.Now);
        await using var capture = new Capture(writing.Folder);
        await Deadline.UntilAsync("some events", () => capture.Count > 10 * EventsEach);
        await capture.EndAsync();
        return capture.Folder;
    }

    static WarmStage Ship(PostgresServer server, Capture capture) => Ship(server.ConnectionString + ";Timeout=2", capture, _ => null, _ => { });

    static WarmStage Ship(string connection, Capture capture, Func<Func<string, bool>, SpoolShipping?> takeLeft, Action<string> note) => WarmStage.Start(new(NpgsqlDataSource.Create(connection), capture.Name,
        catalog => SpoolFeed.Of(capture.Folder, catalog, () => capture.IsRunning), new(null, null), () => capture.Count, _ => { }, takeLeft, note));

    // Spans without an identity of their own get other numbers when the shipper dies, so those are left out.
    static void ShouldBeAlike(IHistory shipped, IHistory recorded)
    {
        List<StoredEvent> here = recorded.List(EventQuery.All), there = shipped.List(EventQuery.All);
        there.Count.ShouldBe(here.Count);
        for (var i = 0; i < here.Count; i++)
        {
            var (a, b) = (here[i], there[i]);
            var same = a.Id == b.Id && a.Event.Time == b.Event.Time && a.Event.Kind == b.Event.Kind && a.Event.Value == b.Event.Value && a.Event.Detail == b.Event.Detail && a.Event.Flags == b.Event.Flags
                && recorded.Catalog.Names[a.Event.Name] == shipped.Catalog.Names[b.Event.Name]
                && recorded.Catalog.Methods[a.Event.Method]?.FullName == shipped.Catalog.Methods[b.Event.Method]?.FullName
                && recorded.Catalog.Threads.OsIdOf(a.Event.Thread) == shipped.Catalog.Threads.OsIdOf(b.Event.Thread)
                && recorded.Catalog.Payloads.Bytes(a.Event.Payload).IsEmpty == shipped.Catalog.Payloads.Bytes(b.Event.Payload).IsEmpty;
            same.ShouldBeTrue($"event {a.Id} differs: {a.Event.Kind} of {a.Event.Time}, {b.Id} {b.Event.Kind} of {b.Event.Time} in the database");
        }
    }

    /// <summary>Events that come at a steady rate and are written, as a recorder writes them.</summary>
    sealed class Capture : IAsyncDisposable
    {
        readonly RandomEvents _random = new(41);
        readonly HotIndex _hot;
        readonly RecordingWriter _writer;
        readonly CancellationTokenSource _end = new();
        readonly Task _capturing;

        public Capture(string folder)
        {
            var ledger = new Ledger();
            _hot = new(_random.Catalog, ledger);
            Folder = folder;
            _writer = RecordingWriter.Start(Folder, new() { Started = EventTime.Now }, _random.Catalog, ledger, _hot.Read);
            _capturing = CaptureAsync();
        }

        /// <summary>One into a new folder.</summary>
        public static Capture Below(string directory) => new(RecordingFolder.Create(directory, Database.NewName(), EventTime.Now));

        public string Folder { get; }

        public string Name => Path.GetFileName(Folder);

        public long Count => _hot.NextId.Value;

        public bool IsRunning { get; private set; } = true;

        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _capturing;
            _writer.Stop().Problem.ShouldBeNull();
            IsRunning = false;
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _capturing;
            _writer.Dispose();
        }

        async Task CaptureAsync()
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(PauseMillis));
            while (!_end.IsCancellationRequested)
            {
                for (var i = 0; i < EventsEach; i++) _hot.Append(_random.Event() with { Time = EventTime.Now });
                await pace.WaitForNextTickAsync();
            }
        }
    }
}
