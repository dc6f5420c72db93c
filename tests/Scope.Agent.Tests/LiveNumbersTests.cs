using Scope.Agent.Live;
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class LiveNumbersTests
{
    readonly Catalog _catalog = new();
    readonly HotIndex _index;
    readonly LiveNumbers _numbers;
    readonly NewEvents _new;

    public LiveNumbersTests()
    {
        _index = new(_catalog, new Ledger());
        _numbers = new(_catalog);
        _new = new(_index);
        _new.Add(_numbers.Count);
    }

    static EventTime At(double seconds) => new((long)(1_000_000 + seconds) * 1_000_000_000 + (long)(seconds % 1 * 1e9));

    void Request(double at, double millis, EventFlags flags = EventFlags.None) =>
        _index.Append(new() { Kind = EventKind.Request, Time = At(at), Value = (long)(millis * 1e6), Name = _catalog.Names.Intern("GET /"), Flags = flags });

    [TestMethod]
    public void Each_look_counts_only_what_is_new_and_the_figures_cover_ten_seconds()
    {
        for (var i = 0; i < 100; i++) Request(i * 0.1, 10);
        Look().RequestsPerSecond.ShouldBe(10, 0.2);
        Look().TopSpans.ShouldHaveSingleItem().Count.ShouldBe(100);
        for (var i = 0; i < 100; i++) Request(10 + i * 0.1, 20, EventFlags.Error);
        var later = Look();
        later.RequestsPerSecond.ShouldBe(10, 0.2);
        later.ErrorsPerSecond.ShouldBe(10, 0.2);
        ((double)later.P50Nanos).ShouldBe(20_000_000, 400_000);
    }

    [TestMethod]
    public void What_is_older_than_ten_seconds_is_gone()
    {
        for (var i = 0; i < 50; i++) Request(i * 0.1, 500);
        Look();
        Request(60, 1);
        var figures = Look();
        figures.RequestsPerSecond.ShouldBe(0.1, 0.01);
        figures.P99Nanos.ShouldBeLessThan(2_000_000);
    }

    [TestMethod]
    public void The_runtimes_counters_give_heap_pool_queue_and_timers()
    {
        Measure(RuntimeCounters.HeapMegabytes, 512.5);
        Measure(RuntimeCounters.PoolThreads, 12);
        Measure(RuntimeCounters.PoolQueue, 340);
        Measure(RuntimeCounters.AllocatedBytes, 1_000_000);
        Measure(RuntimeCounters.Timers, 7);
        var figures = Look();
        (figures.HeapBytes, figures.PoolThreads, figures.PoolQueue, figures.AllocatedPerSecond, figures.Timers).ShouldBe((512_500_000, 12, 340, 1_000_000, 7));
    }

    void Measure(string counter, double value) =>
        _index.Append(new() { Kind = EventKind.Metric, Time = At(1), Name = _catalog.Names.Intern(counter), Value = (long)(value * RuntimeCounters.Scale) });

    LiveFigures Look()
    {
        _new.Walk();
        return _numbers.Sum();
    }

    [TestMethod]
    public void Who_counts_is_shown_each_event_once_however_often_it_is_walked()
    {
        var (first, second) = (0, 0);
        _new.Add((in ScopeEvent _) => first++);
        _new.Add((in ScopeEvent _) => second++);
        for (var i = 0; i < 10; i++)
        {
            Request(i, 1);
            _new.Walk();
            _new.Walk();
        }
        (first, second).ShouldBe((10, 10));
    }

    [TestMethod]
    public void An_empty_history_gives_zeros()
    {
        var figures = Look();
        figures.RequestsPerSecond.ShouldBe(0);
        figures.TopSpans.ShouldBeEmpty();
    }
}
