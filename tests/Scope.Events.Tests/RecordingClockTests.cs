// The clock of a recording while somebody sets the machine's.
namespace Scope.Events.Tests;

[TestClass]
public sealed class RecordingClockTests
{
    [TestMethod]
    [DataRow(3600)]
    [DataRow(-3600)]
    public void A_wall_clock_that_is_set_changes_nothing_and_is_seen(int seconds)
    {
        var machine = new SetClock();
        var clock = new RecordingClock(machine);
        var before = clock.Now;
        clock.WallAheadNanos.ShouldBeInRange(-50_000_000, 50_000_000);

        machine.Ahead = TimeSpan.FromSeconds(seconds);

        (clock.Now - before).ShouldBeInRange(0, 60_000_000_000);
        clock.WallAheadNanos.ShouldBeInRange(seconds * 1_000_000_000L - 50_000_000, seconds * 1_000_000_000L + 50_000_000);
    }

    /// <summary>This machine's clocks, the wall clock set by some time.</summary>
    sealed class SetClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
