// Locks: the one who holds too long is named, not the ones who wait.
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class LockContentionTests
{
    [TestMethod]
    public void A_lock_held_too_long_is_blamed_on_the_one_who_holds_it()
    {
        var story = Healthy();
        var owner = story.Thread(50);
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Ledger::Read", Mvc);
        var holding = story.Stack("System.Threading.Thread::Sleep", "Shop.Audit::Write", "Shop.Ledger::Refresh", "Shop.RefreshWorker+<ExecuteAsync>d__1::MoveNext");
        story.Samples(owner, holding, 0, 20_000, false);
        story.Traffic("GET /stock", 20, 20, 120, (work, at) => work.WaitsForLock("lock 0x1", owner, waiting, at + 2, 100));
        var findings = story.Diagnosed();
        findings[0].Cause.ShouldBe("lock-contention");
        findings[0].Also.ShouldContain("Shop.Ledger.Read");
        findings[0].Culprit.ShouldBe("Shop.Audit.Write"); // Nothing shows which of the owner's frames took the lock.
    }

    [TestMethod]
    public void A_lock_that_all_take_in_one_method_is_blamed_on_that_method_and_explains_the_starved_pool()
    {
        var story = Healthy();
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Ledger::Reserve", Mvc);
        var holding = story.Stack("System.Threading.Thread::Sleep", "Shop.Audit::Write", "Shop.Ledger::Reserve", Mvc);
        for (var i = 0; i < 6; i++) story.Samples(story.Thread(60 + i), waiting, 0, 20_000, false);
        story.Samples(story.Thread(50), holding, 0, 20_000, false);
        story.Traffic("POST /reserve", 20, 20, 300, (work, at) => work.WaitsForLock("lock 0x1", story.Thread(50), waiting, at + 2, 280));
        Starving(story);
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("lock-contention", "Shop.Ledger.Reserve");
        findings[0].Also.ShouldContain("Shop.Audit.Write");
        findings[0].Reasoning.ShouldContain("thread-pool-starvation");
    }

    [TestMethod]
    public void A_lock_that_is_taken_shortly_by_many_is_fine()
    {
        var story = Healthy();
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Cache::Get", Mvc);
        story.Traffic("GET /cached", 200, 20, 5, (work, at) => work.WaitsForLock("lock 0x2", story.Thread(50), waiting, at + 1, 0.05));
        story.Diagnosed().ShouldBeEmpty();
    }
}
