// What a snapshot says of a real process, against what that process says of itself.
using Scope.Code;
using Scope.Events.Snapshots;

namespace Scope.Attach.Tests.Snapshots;

[TestClass]
public sealed class SnapshotTests
{
    static StuckTarget _target = null!;
    static Snapshot _state = null!;
    static readonly Dictionary<string, string> Told = [];

    [ClassInitialize]
    public static async Task LookOnceAsync(TestContext _)
    {
        _target = await StuckTarget.StartAsync();
        foreach (var state in (string[])["deadlock", "locks", "async-deadlock", "forgotten 5", "awaiting 4", "events 500", "cache 20000", "timers 300", "throw 7", "contexts 3", "finalizer 20", "starve 9"])
            Told[state.Split(' ')[0]] = await _target.DoAsync(state);
        _state = _target.Look(strings: true);
    }

    [ClassCleanup]
    public static async Task EndAsync() => await _target.DisposeAsync();

    [TestMethod]
    public void All_of_it_was_read() => _state.Missing.ShouldBeEmpty();

    [TestMethod]
    public void A_deadlock_is_a_circle_of_two_threads_and_two_locks()
    {
        var circle = _state.Waits.Cycles.Where(c => c.Nodes.Count == 4).ShouldHaveSingleItem().Nodes.Select(n => _state.Waits.Nodes[n]).ToList();
        var threads = circle.Where(n => n.Kind == WaitNodeKind.Thread).Select(n => _state.Threads[n.Index]).ToList();
        threads.Select(t => t.Name).Order().ShouldBe(["transfer back", "transfer there"]);
        threads.ShouldAllBe(t => FramesOf(t).Contains(Told["deadlock"]));
        circle.Where(n => n.Kind == WaitNodeKind.Lock).Select(n => _state.Locks[n.Index].Field).Order().ShouldBe(["Scope.Targets.Stuck.Bank.Mine", "Scope.Targets.Stuck.Bank.Yours"]);
    }

    [TestMethod]
    [DataRow("gate", LockKind.Lock, "Scope.Targets.Stuck.Locks.Gate", 0)]
    [DataRow("catalogue", LockKind.ReaderWriterLock, "Scope.Targets.Stuck.Locks.Catalogue", 0)]
    [DataRow("ticket", LockKind.Semaphore, "Scope.Targets.Stuck.Locks.Tickets", 3)]
    public void A_lock_has_its_kind_field_holder_and_waiters(string name, LockKind kind, string field, int asyncWaiters)
    {
        var found = _state.Locks.Where(l => l.Field == field).ShouldHaveSingleItem();
        found.Kind.ShouldBe(kind);
        found.Waiters.Select(w => _state.Threads[w].Name).ShouldBe([$"{name} waiter"]);
        if (kind == LockKind.Semaphore) found.AsyncWaiters.ShouldBeGreaterThanOrEqualTo(asyncWaiters); // A blocking waiter may stand in the same list.
        else _state.Threads[found.Owner].Name.ShouldBe($"{name} holder");
    }

    [TestMethod]
    public void An_async_deadlock_is_a_circle_of_a_thread_and_the_chain_that_needs_it()
    {
        var circle = _state.Waits.Cycles.Where(c => c.Nodes.Count == 2).ShouldHaveSingleItem().Nodes.Select(n => _state.Waits.Nodes[n]).ToList();
        _state.Threads[circle.Single(n => n.Kind == WaitNodeKind.Thread).Index].Name.ShouldBe("one thread");
        var chain = _state.AsyncChains[circle.Single(n => n.Kind == WaitNodeKind.Chain).Index];
        MethodsOf(chain).ShouldBe(["Scope.Targets.Stuck.SingleThread.FetchAsync", Told["async-deadlock"]]);
        (chain.Root, chain.End).ShouldBe((AsyncRootKind.Ready, AsyncEndKind.BlockedThread));
        chain.GoesOnIn.ShouldBe("Scope.Targets.Stuck.SingleThread+OneThreadContext");
    }

    [TestMethod]
    public void A_forgotten_source_is_told_from_one_that_somebody_keeps()
    {
        var forgotten = _state.AsyncChains.Single(c => MethodsOf(c).Contains(Told["forgotten"]));
        (forgotten.Root, forgotten.Count, forgotten.RootHeld).ShouldBe((AsyncRootKind.CompletionSource, 5, 0));
        var kept = _state.AsyncChains.Single(c => MethodsOf(c).Contains(Told["awaiting"]));
        (kept.Root, kept.Count, kept.RootHeld).ShouldBe((AsyncRootKind.CompletionSource, 4, 4));
    }

    [TestMethod]
    public void Holders_are_named_by_their_fields_and_events()
    {
        var cache = _state.Holders[0];
        (cache.Kind, cache.Name, cache.Elements).ShouldBe((HolderKind.Static, Told["cache"], 20_000));
        cache.RetainedBytes.ShouldBeGreaterThan(20_000 * 1000L);
        cache.Types.ShouldContain(t => t.Type == "Scope.Targets.Stuck.Order" && t.Count == 20_000);
        var handlers = _state.Holders.Single(h => h.Kind == HolderKind.EventHandler);
        (handlers.Name, handlers.Elements).ShouldBe((Told["events"], 500));
        NameOf(handlers.Method).ShouldBe("Scope.Targets.Stuck.PriceView.OnChanged");
        _state.Known.Single(k => k.Kind == KnownKind.EventHandlers).Numbers.ShouldBe([new("handlers", 500)]);
    }

    [TestMethod]
    public void The_heap_is_counted_by_type_and_adds_up()
    {
        var heap = _state.Heap!;
        var order = heap.Types.Single(t => t.Name == "Scope.Targets.Stuck.Order");
        (order.Count, order.LiveCount, order.Bytes).ShouldBe((20_000, 20_000, 20_000 * 32L));
        _state.Holders[order.Holders[0]].Name.ShouldBe(Told["cache"]);
        heap.Types.Sum(t => t.Bytes).ShouldBe(heap.Bytes);
        heap.Parts.Sum(p => p.Bytes).ShouldBe(heap.Bytes);
        heap.Types.ShouldAllBe(t => t.BytesByPart.Sum() == t.Bytes);
        heap.LiveBytes.ShouldBeInRange(heap.Bytes / 2, heap.Bytes);
        _state.Holders.ShouldAllBe(h => h.RetainedBytes <= heap.LiveBytes);
    }

    [TestMethod]
    public void Equal_strings_are_counted_and_their_texts_stay_where_they_are()
    {
        var strings = _state.DuplicateStrings!;
        var largest = strings.Largest[0];
        (largest.Copies, largest.Field, largest.Text).ShouldBe((2000, "Scope.Targets.Stuck.Order.Text", ""));
        strings.WastedBytes.ShouldBeInRange(20_000 * 1000L, strings.Bytes);
    }

    [TestMethod]
    public void Pool_timers_finalizer_exceptions_and_load_contexts_are_told()
    {
        var pool = _state.Pool!;
        pool.BusyWorkers.ShouldBe(pool.Workers);
        pool.Queued.Select(q => $"{q.Count} {NameOf(q.Method)}").ShouldContain(Told["starve"]);
        _state.Timers.Where(t => NameOf(t.Method) == Told["timers"]).Select(t => (t.Count, t.PeriodMillis)).ShouldBe([(300, 60_000L)]);
        var finalizer = _state.Finalizer!;
        (finalizer.IsBusy, finalizer.Queue[0].Type, finalizer.Queue[0].Count).ShouldBe((true, Told["finalizer"], 20));
        FramesOf(_state.Threads[finalizer.Thread]).ShouldContain($"{Told["finalizer"]}.Finalize");
        var failure = _state.Exceptions.Single(e => e.Type == "System.InvalidOperationException");
        failure.Count.ShouldBe(7);
        NameOf(_state.Stacks[failure.Stack].Frames[0].Method).ShouldBe(Told["throw"]);
        _state.LoadContexts.Where(c => c.IsCollectible && c.Name.StartsWith("plugin ", StringComparison.Ordinal)).Count().ShouldBe(3);
    }

    [TestMethod]
    public void Without_the_heap_stacks_and_locks_are_still_told()
    {
        var less = _target.Look(SnapshotLevel.Stacks);
        less.CopiedBytes.ShouldBeLessThan(_state.CopiedBytes);
        less.Waits.Cycles.ShouldContain(c => c.Nodes.Count == 4);
        less.Heap.ShouldBeNull();
        less.Missing.Select(m => m.Part).ShouldContain("heap");
        less.Missing.ShouldAllBe(m => m.Why.Length > 0 && m.Mend.Length > 0);
    }

    [TestMethod]
    public void A_dump_of_the_runtime_tells_the_same_and_leaves_no_file()
    {
        var dump = _target.Look(SnapshotLevel.Dump);
        dump.Missing.ShouldBeEmpty();
        dump.Waits.Cycles.Count.ShouldBe(_state.Waits.Cycles.Count);
        dump.Threads.Select(t => t.OsId).Order().ShouldBe(_state.Threads.Select(t => t.OsId).Order());
        dump.Holders[0].Name.ShouldBe(Told["cache"]);
        dump.Heap!.Types.Single(t => t.Name == "Scope.Targets.Stuck.Order").LiveCount.ShouldBe(20_000);
        Directory.GetFiles("/tmp", $"scope-{_target.Pid}-*.dmp").ShouldBeEmpty();
    }

    static IEnumerable<string> FramesOf(SnapshotThread thread) => _state.Stacks[thread.Stack].Frames.Select(f => NameOf(f.Method));

    static IEnumerable<string> MethodsOf(AsyncChain chain) => chain.Frames.Select(f => NameOf(f.Method));

    static string NameOf(int method) => WrittenName.Of(_state.Methods[method].Type, _state.Methods[method].Name).Full;
}
