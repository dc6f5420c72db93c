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

    public LiveNumbersTests()
    {
        _index = new(_catalog, new Ledger());
        _numbers = new(_index);
    }

    static EventTime At(double seconds) => new((long)(1_000_000 + seconds) * 1_000_000_000 + (long)(seconds % 1 * 1e9));

    void Request(double at, double millis, EventFlags flags = EventFlags.None) =>
        _index.Append(new() { Kind = EventKind.Request, Time = At(at), Value = (long)(millis * 1e6), Name = _catalog.Names.Intern("GET /"), Flags = flags });

    [TestMethod]
    public void Each_look_counts_only_what_is_new_and_the_figures_cover_ten_seconds()
    {
        for (var i = 0; i < 100; i++) Request(i * 0.1, 10);
        _numbers.Refresh().RequestsPerSecond.ShouldBe(10, 0.2);
        _numbers.Refresh().TopSpans.ShouldHaveSingleItem().Count.ShouldBe(100);
        for (var i = 0; i < 100; i++) Request(10 + i * 0.1, 20, EventFlags.Error);
        var later = _numbers.Refresh();
        later.RequestsPerSecond.ShouldBe(10, 0.2);
        later.ErrorsPerSecond.ShouldBe(10, 0.2);
        ((double)later.P50Nanos).ShouldBe(20_000_000, 400_000);
    }

    [TestMethod]
    public void What_is_older_than_ten_seconds_is_gone()
    {
        for (var i = 0; i < 50; i++) Request(i * 0.1, 500);
        _numbers.Refresh();
        Request(60, 1);
        var figures = _numbers.Refresh();
        figures.RequestsPerSecond.ShouldBe(0.1, 0.01);
        figures.P99Nanos.ShouldBeLessThan(2_000_000);
    }

    [TestMethod]
    public void An_empty_history_gives_zeros()
    {
        var figures = _numbers.Refresh();
        figures.RequestsPerSecond.ShouldBe(0);
        figures.TopSpans.ShouldBeEmpty();
    }
}
