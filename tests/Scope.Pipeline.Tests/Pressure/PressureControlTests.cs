// How the level walks: up at the second look that asks for it, down a step at a time after calm, and never to and fro.
using Scope.Pipeline.Pressure;

namespace Scope.Pipeline.Tests.Pressure;

[TestClass]
public sealed class PressureControlTests
{
    static readonly PressureReading Calm = new(0.01, 0.2, 0, 0.1, 0.4, 0.2);

    [TestMethod]
    public void One_look_is_a_hiccup_and_two_are_pressure()
    {
        var control = new PressureControl();
        control.See(Calm with { RingFill = 0.6 }, 1).ShouldBeNull();
        control.See(Calm, 2).ShouldBeNull();
        control.See(Calm with { RingFill = 0.6 }, 3).ShouldBeNull();
        control.See(Calm with { RingFill = 0.9 }, 4).ShouldBe(new(PressureLevel.Normal, PressureLevel.High, "the fullest ring: 0.9"));
        control.See(Calm with { RingFill = 0.9 }, 5)!.To.ShouldBe(PressureLevel.Critical);
    }

    [TestMethod]
    public void It_goes_down_a_step_at_a_time_after_calm_and_not_while_a_bound_is_near()
    {
        var control = new PressureControl(calmSeconds: 10);
        control.See(Calm with { OwnCpu = 2 }, 0);
        control.See(Calm with { OwnCpu = 2 }, 1)!.To.ShouldBe(PressureLevel.Critical);
        Enumerable.Range(2, 60).Select(second => control.See(Calm with { OwnCpu = 1.2 }, second)).ShouldAllBe(change => change == null);
        var changes = Enumerable.Range(100, 60).Select(second => (second, change: control.See(Calm, second))).Where(c => c.change is not null).ToList();
        changes.Select(c => (c.second, c.change!.To)).ShouldBe([(110, PressureLevel.High), (120, PressureLevel.Moderate), (130, PressureLevel.Normal)]);
    }

    [TestMethod]
    public void Each_measure_is_enough_and_each_level_has_its_row()
    {
        foreach (var (reading, name) in new[]
        {
            (Calm with { RingFill = 1 }, "ring"), (Calm with { LagSeconds = 60 }, "behind"), (Calm with { SpoolFill = 1 }, "spool"),
            (Calm with { OwnCpu = 3 }, "CPU"), (Calm with { OwnMemory = 2 }, "memory"), (Calm with { TargetCost = 3 }, "cost"),
        })
        {
            var control = new PressureControl();
            control.See(reading, 0);
            control.See(reading, 1).ShouldNotBeNull().Reason.ShouldContain(name);
            control.Level.ShouldBe(PressureLevel.Critical);
        }
        Enum.GetValues<PressureLevel>().Select(PressureRow.Of).Select(row => row.Level).ShouldBe(Enum.GetValues<PressureLevel>());
        PressureRow.All.Select(row => row.FlowShare).ShouldBeInOrder(SortDirection.Descending);
    }
}
