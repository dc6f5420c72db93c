namespace Scope.Events.Tests;

[TestClass]
public sealed class TimeTextTests
{
    static readonly EventTime First = new(1_000_000_000_000), Last = First + 60_000_000_000;

    [TestMethod]
    [DataRow("250ms", 250_000_000L)]
    [DataRow("1.5s", 1_500_000_000L)]
    [DataRow("2m", 120_000_000_000L)]
    [DataRow("00:00:20", 20_000_000_000L)]
    [DataRow("1.00:00:00", 86_400_000_000_000L)]
    [DataRow("7us", 7_000L)]
    public void A_duration_is_read_as_people_type_it(string text, long nanos)
    {
        TimeText.TryDuration(text, out var read).ShouldBeTrue();
        read.ShouldBe(nanos);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("20")]
    [DataRow("1:30")]
    [DataRow("-5s")]
    [DataRow("s")]
    [DataRow("1e3s")]
    [DataRow("99999999999999d")]
    public void What_is_no_duration_is_refused(string text) => TimeText.TryDuration(text, out _).ShouldBeFalse();

    [TestMethod]
    public void A_point_is_an_instant_or_counted_from_either_end()
    {
        Point("+5s").ShouldBe(First + 5_000_000_000);
        Point("-10s").ShouldBe(Last - 10_000_000_000);
        Point(First.ToString()).ShouldBe(First);
        Point("1970-01-01T01:16:40+01:00").ShouldBe(First - 1_000_000_000_000 + 1_000_000_000_000);
        Point("yesterday").ShouldBeNull();
    }

    static EventTime? Point(string text) => TimeText.TryPoint(text, First, Last, out var point) ? point : null;

    [TestMethod]
    public void A_duration_is_shown_with_three_digits_and_a_unit()
    {
        TimeText.Show(999).ShouldBe("999 ns");
        TimeText.Show(1_200).ShouldBe("1.2 µs");
        TimeText.Show(7_500_000).ShouldBe("7.5 ms");
        TimeText.Show(59_000_000_000).ShouldBe("59 s");
        TimeText.Show(600_000_000_000).ShouldBe("10 min");
    }
}
