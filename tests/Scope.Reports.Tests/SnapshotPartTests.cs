// The report's part on snapshots: drawn whole, for everybody, and whatever a target calls its things.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class SnapshotPartTests
{
    [TestMethod]
    [DataRow("Shop.Orders")]
    [DataRow("</script><script>window.hacked = 1</script>")]
    public async Task Graph_stacks_chains_heap_and_growth_are_drawn_whatever_the_names(string name)
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        var target = history.Catalog.Targets.Add(SyntheticService.Target);
        for (ushort number = 1; number <= 2; number++)
        {
            history.Append(new() { Kind = EventKind.Snapshot, Time = new(number * 1_000_000_000L), Detail = number, Value = 30_000_000, Target = target, Name = history.Catalog.Names.Intern("copy") });
            history.Add(State(name, number));
        }
        history.Advance(EventTime.Max);
        using var report = ReportFile.Undiagnosed(history);
        await using var open = await Browser.Open(report.Url, 390, 800);
        var part = open.Page.Locator("#snapshots");
        (await part.Locator(".waits .node").CountAsync()).ShouldBe(4);
        (await part.Locator(".waits .edge.bad").CountAsync()).ShouldBe(4);
        (await part.Locator(".map .tile").CountAsync()).ShouldBe(3);
        var said = (await part.TextContentAsync())!;
        foreach (var expected in (string[])[name, "nobody is left who could complete it", "What grew between the first heap and the last", "stood still for"]) said.ShouldContain(expected);
        (await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
        (await open.Page.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        open.Complaints.ShouldBeEmpty();
    }

    static Snapshot State(string name, int number) => new()
    {
        Number = number, Pid = SyntheticService.Target.Pid, Time = new(number * 1_000_000_000L), Reason = SnapshotReason.Worst, ReasonText = name, Level = SnapshotLevel.Copy, PauseNanos = 30_000_000,
        Missing = [new("pool", name, name)],
        Methods = [new($"/srv/{name}.dll", 1, 1, name, name), new($"/srv/{name}.dll", 1, 2, $"{name}+<Load>d__1", "MoveNext")],
        Stacks = [new() { Frames = [new(0, 1), new(1, -1)] }],
        Threads = [Thread(1, name, 0), Thread(2, name, 1)],
        Locks = [new() { Field = name, Owner = 1, Waiters = [0] }, new() { Field = name, Owner = 0, Waiters = [1] }],
        Waits = new()
        {
            Nodes = [new(WaitNodeKind.Thread, 0), new(WaitNodeKind.Lock, 0), new(WaitNodeKind.Thread, 1), new(WaitNodeKind.Lock, 1)],
            Edges = [new(0, 1, "wants"), new(1, 2, "is held by"), new(2, 3, "wants"), new(3, 0, "is held by")], Cycles = [new([0, 1, 2, 3])],
        },
        AsyncChains = [new() { Frames = [new(1, 0, name)], Count = 5, Root = AsyncRootKind.CompletionSource, RootType = name, RootHeld = 0 }],
        Heap = new() { Objects = 10, Bytes = 1000 * number, LiveBytes = 900 * number, Parts = [new(HeapPartKind.Gen2, 10, 1000, 0, 0, 1)], Types = [new() { Name = name, Count = 10 * number, Bytes = 1000 * number }] },
        Holders = [Holder(name, 600 * number), Holder(name + "2", 100 * number)],
    };

    static SnapshotThread Thread(int id, string name, int wanted) => new() { OsId = id, Name = name, Stack = 0, Wait = new(ThreadWaitKind.Monitor, wanted, -1, name, 1) };

    static HeapHolder Holder(string name, long bytes) => new() { Kind = HolderKind.Static, Name = name, Root = "static " + name, RetainedBytes = bytes, Elements = 5, ElementType = name, Path = [new(name, name)], Types = [new(name, 5, bytes)] };
}
