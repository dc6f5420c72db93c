// Snapshots meet events: the same method has the same handle, and two snapshots tell what grew.
using Scope.Events.Snapshots;

namespace Scope.Events.Tests;

[TestClass]
public sealed class SnapshotTests
{
    readonly Catalog _catalog = new();

    [TestMethod]
    public void A_method_that_events_told_keeps_its_handle()
    {
        var target = _catalog.Targets.Add(new(42, "shop", "", "", "", "", EventTime.Min, 1, "Shop"));
        var module = _catalog.Modules.Intern(new(target, 0x7f00, "/app/Shop.dll", false));
        var other = _catalog.Methods.Intern(new(module, 7, "Shop.Box`1[System.Int32]", "Put", "void (int32)"));
        var told = _catalog.Methods.Intern(new(module, 7, "Shop.Box`1[System.__Canon]", "Put", "void (!0)"));
        var code = new SnapshotCode(_catalog, new()
        {
            Pid = 42,
            Methods = [new("/app/Shop.dll", 0x7f00, 7, "Shop.Box`1[System.__Canon]", "Put"), new("/app/Shop.dll", 0x7f00, 7, "Shop.Box`1[[System.Int32]]", "Put"), new("/app/Shop.dll", 0x7f00, 8, "Shop.Orders", "Take")],
            Stacks = [new() { Frames = [new(0, 12), new(2, -1)] }],
        });
        code.MethodOf(0).ShouldBe(told);
        code.MethodOf(1).ShouldBe(other);
        _catalog.Methods[code.MethodOf(2)]!.FullName.ShouldBe("Shop.Orders.Take");
        code.MethodOf(-1).IsNone.ShouldBeTrue();
        _catalog.Stacks.Frames(code.StackOf(0)).Select(_catalog.CodeNodes.MethodOf).ShouldBe([told, code.MethodOf(2)]);
        code.StackOf(-1).IsNone.ShouldBeTrue();
        _catalog.Threads.OsIdOf(code.ThreadOf(new() { OsId = 77 })).ShouldBe(77);
    }

    [TestMethod]
    public void Two_snapshots_tell_what_grew_by_type_and_by_holder()
    {
        var before = With(1, 0, [new() { Name = "Order", Count = 10, Bytes = 100 }, new() { Name = "Gone", Count = 1, Bytes = 50 }], [Holder("A._list", 100), Holder("B._old", 30)]);
        var after = With(2, 5_000, [new() { Name = "Order", Count = 90, Bytes = 900 }, new() { Name = "New", Count = 2, Bytes = 20 }], [Holder("A._list", 900), Holder("C._new", 20)]);
        var diff = SnapshotDiff.Between(before, after)!;
        diff.Nanos.ShouldBe(5_000);
        (diff.BytesBefore, diff.BytesAfter).ShouldBe((150, 920));
        diff.Types.Select(t => (t.Type, t.Growth, t.CountBefore, t.CountAfter)).ShouldBe([("Order", 800, 10, 90), ("New", 20, 0, 2), ("Gone", -50, 1, 0)]);
        diff.Holders.Select(h => (h.Name, h.Growth, h.Place)).ShouldBe([("A._list", 800, 0), ("C._new", 20, 1), ("B._old", -30, -1)]);
        SnapshotDiff.Between(before, new()).ShouldBeNull();
    }

    static HeapHolder Holder(string name, long bytes) => new() { Kind = HolderKind.Static, Name = name, Root = "static " + name, RetainedBytes = bytes };

    static Snapshot With(int number, long nanos, HeapType[] types, HeapHolder[] holders) => new()
    {
        Number = number, Time = new(nanos), Holders = holders, Heap = new() { Bytes = types.Sum(t => t.Bytes), Types = types },
    };
}
