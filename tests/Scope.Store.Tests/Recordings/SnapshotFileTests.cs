// Snapshots in a recording: what was written is read again, whole, by whoever may, and what is broken is told.
using System.IO.Compression;
using System.Text.Json;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class SnapshotFileTests
{
    readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void A_snapshot_comes_back_as_it_was()
    {
        SnapshotFile.Write(_folder.Path, Sample);
        var problems = new List<string>();
        var read = SnapshotFile.ReadAll(_folder.Path, problems).ShouldHaveSingleItem();
        problems.ShouldBeEmpty();
        Text(read).ShouldBe(Text(Sample));
        read.Holders[0].Path[0].ShouldBe(new HolderStep("Shop.Cache", "_orders"));
        read.AsyncChains[0].Frames[0].ShouldBe(new AsyncFrame(1, 2, "System.Threading.Tasks.Task"));
        read.Waits.Nodes[0].ShouldBe(new WaitNode(WaitNodeKind.Chain, 0));
        read.Stacks[0].Frames[1].ShouldBe(new SnapshotFrame(1, -1));
        read.Time.ShouldBe(Sample.Time);
    }

    [TestMethod]
    public void Only_the_owner_may_read_it()
    {
        var path = SnapshotFile.Write(_folder.Path, Sample);
        if (OperatingSystem.IsWindows()) return;
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(path)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [TestMethod]
    public void What_is_broken_is_told_and_the_rest_is_read()
    {
        var torn = SnapshotFile.Write(_folder.Path, Sample);
        File.WriteAllBytes(torn, File.ReadAllBytes(torn)[..40]);
        SnapshotFile.Write(_folder.Path, Sample with { Number = 2 });
        var newer = SnapshotFile.Write(_folder.Path, Sample with { Number = 3, Schema = 99 });
        var bomb = newer.Replace("000003", "000004");
        using (var packed = new GZipStream(File.Create(bomb), CompressionLevel.Fastest))
            for (var i = 0L; i <= Limits.SnapshotFileBytes; i += 1 << 20) packed.Write(Enumerable.Repeat((byte)' ', 1 << 20).ToArray());
        var problems = new List<string>();
        SnapshotFile.ReadAll(_folder.Path, problems).Select(s => s.Number).ShouldBe([2]);
        problems.Count.ShouldBe(3);
        problems[0].ShouldStartWith(torn);
        problems[1].ShouldContain("schema 99");
        problems[2].ShouldContain("unfolds to more than");
    }

    [TestMethod]
    public void A_recording_holds_its_snapshots_and_knows_their_events()
    {
        var catalog = new Catalog();
        var index = new HotIndex(catalog, new());
        index.Append(new() { Time = new(5), Kind = EventKind.Snapshot, Detail = 7 });
        var told = index.Append(new() { Time = new(6), Kind = EventKind.Snapshot, Detail = 1 });
        index.Add(Sample);
        index.EventOf(index.Snapshots.ShouldHaveSingleItem()).ShouldBe(told);
        index.EventOf(Sample with { Number = 3 }).ShouldBe(EventId.None);

        var folder = RecordingFolder.Create(_folder.Path, "target", new(5));
        RecordingWriter.Start(folder, new(), catalog, new(), index.Read).Stop();
        SnapshotFile.Write(folder, Sample);
        var recording = RecordingReader.Open(folder);
        recording.EventOf(recording.Snapshots.ShouldHaveSingleItem()).ShouldBe(told);
    }

    static string Text(Snapshot snapshot) => JsonSerializer.Serialize(snapshot);

    static Snapshot Sample => new()
    {
        Number = 1, Pid = 42, Time = new(1_234_567_890_123_456_789), Reason = SnapshotReason.Worst, ReasonText = "deadlock: Shop.Orders.Take", Level = SnapshotLevel.Copy,
        PauseNanos = 34_000_000, EstimateNanos = 40_000_000, Attempts = 2, CopiedBytes = 100_000_000, AnalysisNanos = 2_000_000_000,
        Missing = [new("duplicateStrings", "they were not asked for", "--strings")],
        Methods = [new("/app/Shop.dll", 0x7f00, 0x06000001, "Shop.Orders", "Take"), new("/app/Shop.dll", 0x7f00, 0x06000002, "Shop.Orders+<Load>d__3", "MoveNext")],
        Stacks = [new() { Frames = [new(0, 12), new(1, -1)], Cut = 3 }],
        Threads = [new() { OsId = 99, ManagedId = 4, Name = "worker", IsPoolWorker = true, Stack = 0, Wait = new(ThreadWaitKind.Monitor, 0, -1, "System.Object", 0x10), Exception = "System.Exception" }],
        Locks = [new() { Kind = LockKind.Monitor, Type = "System.Object", Object = 0x10, Field = "Shop.Orders._gate", Owner = 0, Count = 1, Waiters = [0], AsyncWaiters = 2 }],
        Waits = new() { Nodes = [new(WaitNodeKind.Chain, 0), new(WaitNodeKind.Thread, 0)], Edges = [new(0, 1, "goes on only on"), new(1, 0, "blocks until the end of")], Cycles = [new([0, 1])] },
        AsyncChains = [new() { Frames = [new(1, 2, "System.Threading.Tasks.Task")], Count = 5, Root = AsyncRootKind.CompletionSource, RootType = "T", RootObject = 7, RootHeld = 0, End = AsyncEndKind.BlockedThread, BlockedThreads = [0], EndType = "E", GoesOnIn = "UiContext" }],
        Pool = new() { Workers = 4, BusyWorkers = 3, GoalWorkers = 2, MinWorkers = 1, MaxWorkers = 32767, QueueLength = 7, Queued = [new(1, "Box", 7)] },
        Timers = [new(0, "Shop.Poller", 1000, 50, 50, false)],
        Finalizer = new() { Thread = 0, IsBusy = true, QueueLength = 12, Queue = [new("Shop.Slow", 12)], Registered = 100 },
        Exceptions = [new("System.Exception", 3, 0, "")],
        Heap = new() { Objects = 10, Bytes = 1000, FreeBytes = 5, LiveBytes = 900, IsServer = true, Heaps = 2, Parts = [new(HeapPartKind.Large, 1, 2, 3, 4, 5)], TypeCount = 1, Types = [new() { Name = "System.String", Module = "m", Count = 5, Bytes = 500, BytesByPart = [1, 2, 3, 4, 5, 6], LiveCount = 4, RetainedBytes = 500, Holders = [0] }] },
        Holders = [new() { Kind = HolderKind.Static, Name = "Shop.Cache._orders", Root = "static Shop.Cache._orders", Path = [new("Shop.Cache", "_orders")], RetainedBytes = 400, RetainedObjects = 4, Elements = 4, ElementType = "System.String", Types = [new("System.String", 4, 400)] }],
        DuplicateStrings = new(5, 500, 300, [new(10, 4, 300, "Shop.Order.Name", "")]),
        LoadContexts = [new("plugin", "Shop.PluginContext", true, false, ["Plugin"], 1)],
        Assemblies = new(100, 10, [new("Proxy#", 10)]),
        Known = [new() { Kind = KnownKind.HttpClient, Type = "System.Net.Http.HttpClient", Count = 9, Numbers = [new("open", 9)], Holders = [new("Shop.Prices._client", 9)], Method = 0 }],
    };
}
