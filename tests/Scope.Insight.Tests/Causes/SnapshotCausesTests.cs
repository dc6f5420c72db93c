// The causes that snapshots show: each in a state that has it, and in one that only looks like it.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class SnapshotCausesTests
{
    static readonly string[] Methods =
    [
        "System.Threading.Monitor::Enter", "Shop.Transfers::Move", "Shop.Audit::Close", "Shop.Carts+<LoadAsync>d__4::MoveNext", "Shop.Carts::Load", "Shop.Rates::Tick",
    ];

    const int Enter = 0, Move = 1, Close = 2, LoadAsync = 3, Load = 4, Tick = 5;

    [TestMethod]
    public void Two_threads_that_hold_what_the_other_wants_are_a_deadlock_of_the_one_who_holds_up_most()
    {
        var finding = Found(State() with
        {
            Stacks = [Stack(Enter, Move), Stack(Enter, Close)],
            Threads = [Waiting(11, stack: 0, wants: 1), Waiting(12, stack: 1, wants: 0), Waiting(13, stack: 1, wants: 0)],
            Locks = [new() { Type = "Shop.Account", Owner = 0, Waiters = [1, 2] }, new() { Type = "Shop.Ledger", Field = "Shop.Books._ledger", Owner = 1, Waiters = [0] }],
            Waits = Circle(new(WaitNodeKind.Thread, 0), new(WaitNodeKind.Lock, 1), new(WaitNodeKind.Thread, 1), new(WaitNodeKind.Lock, 0)),
        });
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("deadlock", "Shop.Transfers.Move", Severity.Critical));
        finding.Also.ShouldBe(["Shop.Audit.Close", "Shop.Books._ledger", "a lock on Shop.Account"], ignoreOrder: true);
        finding.Evidence.ShouldHaveSingleItem();
    }

    [TestMethod]
    public void A_thread_that_blocks_on_what_only_it_could_go_on_with_is_an_async_deadlock()
    {
        var finding = Found(State() with
        {
            Stacks = [Stack(Enter, Load)],
            Threads = [new() { OsId = 11, Stack = 0, Wait = new(ThreadWaitKind.Task, -1, 0, "System.Threading.Tasks.Task", 9) }],
            AsyncChains = [Chain(AsyncRootKind.Ready, LoadAsync) with { GoesOnIn = "Shop.OneThread", End = AsyncEndKind.BlockedThread }],
            Waits = Circle(new(WaitNodeKind.Thread, 0), new(WaitNodeKind.Chain, 0)),
        });
        (finding.Cause, finding.Culprit).ShouldBe(("async-deadlock", "Shop.Carts.Load"));
        finding.Summary.ShouldContain("Shop.OneThread");
    }

    [TestMethod]
    public void A_thread_that_blocks_on_what_could_go_on_while_the_pool_is_idle_serves_its_context()
    {
        var state = State() with
        {
            Stacks = [Stack(Enter, Load)],
            Threads = [new() { OsId = 11, Name = "device loop", Stack = 0, Wait = new(ThreadWaitKind.Task, -1, 0, "", 9) }],
            AsyncChains = [Chain(AsyncRootKind.Ready, LoadAsync) with { End = AsyncEndKind.BlockedThread, BlockedThreads = [0] }],
            Pool = new() { Workers = 4, BusyWorkers = 1 },
        };
        Story Standing(string method)
        {
            var story = Story();
            return story.Samples(story.Thread(11), story.BareStack("System.Threading.Monitor::Wait", method), 0, 20_000, running: false);
        }
        var finding = Standing("Shop.Carts::Load").Snapshot(18_000, state).Diagnosed().First(f => f.Cause == "async-deadlock");
        finding.Culprit.ShouldBe("Shop.Carts.Load");
        finding.Summary.ShouldContain("device loop");
        // A thread that was elsewhere meanwhile goes on, and so does one whose work waits for a busy pool.
        Standing("Shop.Carts::Save").Snapshot(18_000, state).Diagnosed().ShouldNotContain(f => f.Cause == "async-deadlock");
        Standing("Shop.Carts::Load").Snapshot(18_000, state with { Pool = new() { Workers = 4, BusyWorkers = 4, QueueLength = 9 } }).Diagnosed().ShouldNotContain(f => f.Cause == "async-deadlock");
    }

    [TestMethod]
    public void A_semaphore_that_all_of_its_users_wait_for_is_an_async_deadlock() =>
        Found(State() with { AsyncChains = [Chain(AsyncRootKind.Semaphore, LoadAsync) with { Count = 5, RootObject = 77 }] }).Cause.ShouldBe("async-deadlock");

    [TestMethod]
    public void A_semaphore_whose_holder_is_still_at_work_is_not() =>
        Findings(State() with { AsyncChains = [Chain(AsyncRootKind.Semaphore, LoadAsync) with { Count = 3, RootObject = 77 }, Chain(AsyncRootKind.Io, LoadAsync)] }).ShouldBeEmpty();

    [TestMethod]
    public void Tasks_that_nobody_can_complete_are_forgotten_and_those_that_somebody_holds_are_not()
    {
        var waiting = Chain(AsyncRootKind.CompletionSource, LoadAsync) with { Count = 3, RootType = "System.Threading.Tasks.Task", RootHeld = 0 };
        var finding = Found(State() with { Heap = new(), AsyncChains = [waiting] });
        (finding.Cause, finding.Culprit).ShouldBe(("forgotten-task", "Shop.Carts.LoadAsync"));
        Findings(State() with { Heap = new(), AsyncChains = [waiting with { RootHeld = 3 }] }).ShouldBeEmpty();
        Findings(State() with { Heap = new(), AsyncChains = [waiting with { RootHeld = -1 }] }).ShouldBeEmpty();
    }

    [TestMethod]
    public void A_finalizer_that_waits_holds_up_the_others()
    {
        var state = State() with
        {
            Stacks = [Stack(Enter, Close)],
            Threads = [new() { OsId = 5, IsFinalizer = true, Stack = 0, Wait = new(ThreadWaitKind.Monitor, -1, -1, "", 0) }],
            Finalizer = new() { Thread = 0, IsBusy = true, QueueLength = 20_000, Queue = [new("Shop.Handle", 20_000)] },
        };
        var finding = Found(state);
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("finalizer-blocked", "Shop.Audit.Close", Severity.Critical));
        Findings(state with { Finalizer = state.Finalizer! with { IsBusy = false } }).ShouldBeEmpty();
        // One of the frameworks' finalizers may wait for a moment; in the same place twice it stands still.
        var ofFrameworks = state with { Stacks = [Stack(Enter)] };
        Findings(ofFrameworks).ShouldBeEmpty();
        Story().Snapshot(5_000, ofFrameworks).Snapshot(15_000, ofFrameworks).Diagnosed().ShouldHaveSingleItem().Cause.ShouldBe("finalizer-blocked");
    }

    [TestMethod]
    public void A_holder_that_grows_between_two_snapshots_is_a_leak_and_names_itself()
    {
        var finding = Story().Snapshot(5_000, Holding(1_000, 10 << 20)).Snapshot(15_000, Holding(5_000, 50 << 20)).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("memory-leak", "Shop.Prices.Changed"));
        finding.Evidence.Count.ShouldBe(1);
    }

    [TestMethod]
    public void A_holder_whose_things_are_as_many_as_an_events_handlers_is_that_event()
    {
        Snapshot With(long handlers) => Holding(handlers, handlers * 10_000) with
        {
            Holders = [Holding(handlers, handlers * 10_000).Holders[0] with { Kind = HolderKind.Timer, Name = "System.Threading.TimerQueue.Instances" }],
            Known = [new() { Kind = KnownKind.EventHandlers, Type = "Shop.Rates.Changed", Count = 1, Numbers = [new("handlers", handlers + 1)] }],
        };
        Story().Snapshot(5_000, With(1_000)).Snapshot(15_000, With(5_000)).Diagnosed().ShouldHaveSingleItem().Culprit.ShouldBe("Shop.Rates.Changed");
    }

    [TestMethod]
    public void What_grows_and_no_field_collects_is_named_by_who_makes_it()
    {
        var finding = Making(bytes: 100_000).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("memory-leak", "Shop.Jobs.Start"));
    }

    [TestMethod]
    public void What_grows_by_less_than_is_made_of_it_in_a_second_is_work_under_way() =>
        Making(bytes: 2_000_000).Diagnosed().ShouldNotContain(f => f.Cause == "memory-leak");

    /// <summary>27 MB more of one type between two snapshots, twenty times a second so many bytes of it made.</summary>
    static Story Making(long bytes)
    {
        Snapshot With(long count) => State() with { Heap = new() { Bytes = count * 10_000, LiveBytes = count * 10_000, Types = [new() { Name = "System.Byte[]", Count = count, Bytes = count * 9_000 }] } };
        var story = new Story();
        var making = story.Stack("Shop.Jobs::Start");
        story.Traffic("GET /jobs", 20, 20, 5, (work, at) => work.Allocates("System.Byte[]", making, at, bytes));
        return story.Snapshot(5_000, With(1_000)).Snapshot(15_000, With(4_000));
    }

    [TestMethod]
    public void A_few_large_things_more_are_the_buffers_of_a_pool_or_of_a_few_requests_and_no_leak() =>
        Story().Snapshot(5_000, Holding(1, 10 << 20)).Snapshot(15_000, Holding(4, 40 << 20)).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void A_snapshot_that_misses_a_part_of_its_heap_is_not_compared() =>
        Story().Snapshot(5_000, Holding(1_000, 10 << 20) with { Missing = [new("heap", "1 MB of the heap could not be walked", "")] }).Snapshot(15_000, Holding(5_000, 50 << 20)).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void A_large_holder_that_does_not_grow_is_no_leak() =>
        Story().Snapshot(5_000, Holding(5_000, 500 << 20)).Snapshot(15_000, Holding(5_000, 500 << 20)).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void A_heap_that_rises_over_its_collections_is_a_leak_of_the_largest_lasting_holder() =>
        Rising().Snapshot(19_000, Holding(5_000, 50 << 20)).Diagnosed().ShouldHaveSingleItem().Culprit.ShouldBe("Shop.Prices.Changed");

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 1)]
    public void Without_a_snapshot_a_heap_that_only_the_youngest_collections_have_seen_says_nothing(int generation, int findings)
    {
        var story = Rising();
        for (var i = 0; i < 12; i++) story.Collection(i * 1500, 2, generation);
        story.Diagnosed().Count(f => f.Cause == "memory-leak").ShouldBe(findings);
    }

    [TestMethod]
    public void A_heap_that_grows_between_collections_is_no_finding_but_wants_a_snapshot()
    {
        string Wanted(Func<double, double> megabytes) => SnapshotWantedOf(Story().Metric(RuntimeCounters.HeapMegabytes, 20, megabytes));
        Wanted(at => 30 + at * 2).ShouldContain("the heap grows");
        Wanted(_ => 30).ShouldBeEmpty();
    }

    [TestMethod]
    public void A_target_that_hardly_runs_wants_a_snapshot_since_no_event_tells_of_a_hang_that_began_before()
    {
        string Wanted(double cores) => SnapshotWantedOf(Story().Runs(new(1), cores, 20_000));
        Wanted(0.02).ShouldContain("little runs");
        Wanted(0.8).ShouldBeEmpty();
        SnapshotWantedOf(Story().Runs(new(1), 0.02, 20_000).Snapshot(5_000, State())).ShouldBeEmpty();
    }

    static string SnapshotWantedOf(Story story)
    {
        using var diagnostician = new Diagnostician();
        var diagnosis = diagnostician.Run(story.Told());
        diagnosis.Findings.ShouldBeEmpty();
        return diagnosis.SnapshotWanted;
    }

    [TestMethod]
    public void A_heap_that_rises_and_falls_with_the_work_is_no_leak()
    {
        var story = Story();
        for (var i = 0; i < 12; i++) Heap(story, i * 1500, (20 + i % 3 * 30) << 20);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Hundreds_of_timers_with_one_callback_leak_unless_their_number_stays()
    {
        Snapshot With(int timers) => State() with { Heap = new(), Timers = [new(Tick, "Shop.Rates", timers, 1000, 1000, false)] };
        (Found(With(400)).Cause, Found(With(400)).Culprit).ShouldBe(("timer-leak", "Shop.Rates.Tick"));
        Story().Snapshot(5_000, With(400)).Snapshot(15_000, With(400)).Diagnosed().ShouldBeEmpty();
        Story().Snapshot(5_000, With(200)).Snapshot(15_000, With(400)).Diagnosed().ShouldHaveSingleItem();
        Findings(With(30)).ShouldBeEmpty();
    }

    [TestMethod]
    public void A_pool_of_connections_that_are_all_busy_while_others_wait_is_exhausted_by_who_waits_for_something_else()
    {
        var state = State() with
        {
            Heap = new(),
            Methods = [.. State().Methods, new("/gone/Npgsql.dll", 3, 0, "Npgsql.PoolingDataSource+<RentAsync>d__1", "MoveNext")],
            Known = [new() { Kind = KnownKind.DbConnectionPool, Type = "Npgsql.PoolingDataSource", Count = 1, Numbers = [new("max", 10), new("busy", 10)] }],
            AsyncChains = [Chain(AsyncRootKind.Channel, Methods.Length, LoadAsync) with { Count = 7 }, Chain(AsyncRootKind.Delay, LoadAsync) with { Count = 10 }],
        };
        var finding = Found(state);
        (finding.Cause, finding.Culprit).ShouldBe(("connection-pool-exhaustion", "Shop.Carts.LoadAsync"));
        finding.Summary.ShouldContain("7 calls wait");
        Findings(state with { AsyncChains = [] }).ShouldBeEmpty();
        // A pool that hides its numbers tells by its queue.
        Found(state with { Known = [] }).Culprit.ShouldBe("Shop.Carts.LoadAsync");
        Findings(state with { Known = [], AsyncChains = [Chain(AsyncRootKind.Channel, Methods.Length, LoadAsync) with { Count = 2 }] }).ShouldNotContain(f => f.Cause == "connection-pool-exhaustion");
    }

    static Story Story() => new Story().Traffic("GET /stock", 20, 20, 5);

    static Story Rising()
    {
        var story = Story();
        for (var i = 0; i < 12; i++) Heap(story, i * 1500, (20 + i * 10) << 20);
        return story;
    }

    static void Heap(Story story, double at, long bytes) => story.Add(EventKind.GcHeap, at, e => e with { Value = bytes });

    static Snapshot State() => new() { Methods = [.. Methods.Select(Tests.Story.Method)] };

    static SnapshotStack Stack(params int[] methods) => new() { Frames = [.. methods.Select(m => new SnapshotFrame(m, -1))] };

    static SnapshotThread Waiting(long id, int stack, int wants) => new() { OsId = id, Stack = stack, Wait = new(ThreadWaitKind.Monitor, wants, -1, "", 0) };

    static AsyncChain Chain(AsyncRootKind root, params int[] methods) => new() { Frames = [.. methods.Select(m => new AsyncFrame(m, 0, ""))], Count = 1, Root = root };

    static WaitForGraph Circle(params WaitNode[] nodes) => new() { Nodes = nodes, Cycles = [new([.. Enumerable.Range(0, nodes.Length)])] };

    static Snapshot Holding(long elements, long bytes) => State() with
    {
        Heap = new() { Bytes = bytes * 2, LiveBytes = bytes + (5 << 20) },
        Holders = [new() { Kind = HolderKind.EventHandler, Name = "Shop.Prices.Changed", Root = "static Shop.Prices._instance", Elements = elements, ElementType = "Shop.Basket", RetainedBytes = bytes }],
    };

    static IReadOnlyList<Finding> Findings(Snapshot state) => Story().Snapshot(18_000, state).Diagnosed();

    static Finding Found(Snapshot state) => Findings(state).ShouldHaveSingleItem();
}
