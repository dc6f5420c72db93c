namespace Scope.Events.Tests;

[TestClass]
public sealed class LedgerTests
{
    static EventTime At(double seconds) => new((long)(seconds * 1e9));

    [TestMethod]
    public void The_share_is_what_arrived_of_what_happened()
    {
        var ledger = new Ledger();
        ledger.Captured("spans", 60);
        ledger.Captured("runtime", 30);
        ledger.Lost(LossSource.Ring, "runtime", At(1), At(2), 10);
        var summary = ledger.Summary();
        (summary.Captured, summary.Lost).ShouldBe((90, 10));
        summary.Share.ShouldBe(0.9);
        summary.BySource.ShouldBe([new("runtime", 30), new("spans", 60)]);
    }

    [TestMethod]
    public void Losses_of_one_source_in_adjoining_seconds_become_one_entry_and_later_ones_another()
    {
        var ledger = new Ledger();
        ledger.Lost(LossSource.RuntimeBuffer, "session 1", At(1), At(1.5), 3);
        ledger.Lost(LossSource.RuntimeBuffer, "session 1", At(1.6), At(2), 4);
        ledger.Lost(LossSource.RuntimeBuffer, "session 1", At(60), At(61), 5);
        ledger.Summary().Losses.ShouldBe([new(LossSource.RuntimeBuffer, "session 1", At(1), At(2), 7), new(LossSource.RuntimeBuffer, "session 1", At(60), At(61), 5)]);
    }

    [TestMethod]
    public void A_lost_payload_is_told_but_is_no_lost_event()
    {
        var ledger = new Ledger();
        ledger.Captured("spans", 10);
        ledger.Lost(LossSource.Payload, "store", At(0), At(1), 10);
        ledger.Summary().Share.ShouldBe(1);
        ledger.Summary().Losses.Count.ShouldBe(1);
    }
}
