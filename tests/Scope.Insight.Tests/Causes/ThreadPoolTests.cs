// The thread pool: starved by what its workers stand still in.
using Scope.Events;
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class ThreadPoolTests
{
    [TestMethod]
    public void Waiting_for_tasks_on_pool_threads_starves_the_pool()
    {
        var story = Healthy();
        var blocked = story.Stack([.. ResultWait, "Shop.Gateway::Charge", Mvc]);
        for (var i = 0; i < 8; i++) story.Samples(story.Thread(60 + i), blocked, 0, 20_000, false, 100);
        story.Traffic("POST /payments", 10, 20, 900, (work, at) =>
        {
            work.Call("GET bank", at + 5, 880);
            work.Standing(blocked, at + 5, at + 800, 100);
        });
        Starving(story);
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("thread-pool-starvation", "Shop.Gateway.Charge");
    }

    [TestMethod]
    public void Waiting_for_tasks_without_starving_is_told_by_its_own_name()
    {
        var story = Healthy();
        var blocked = story.Stack([.. ResultWait, "Shop.Gateway+<>c__DisplayClass1_0::<Charge>b__0", Mvc]);
        story.Traffic("POST /payments", 10, 20, 90, (work, at) => work.Standing(blocked, at, at + 80));
        First(story).ShouldBe("sync-over-async", "Shop.Gateway.Charge");
    }

    [TestMethod]
    public void Idle_pool_threads_and_event_loops_are_no_starvation()
    {
        var story = Healthy();
        var idle = story.BareStack("System.Threading.LowLevelLifoSemaphore::WaitNative", "System.Threading.LowLevelLifoSemaphore::Wait", "System.Threading.PortableThreadPool+WorkerThread::WorkerThreadStart");
        for (var i = 0; i < 30; i++) story.Samples(story.Thread(60 + i), idle, 0, 20_000, false, 100);
        Starving(story);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    [DataRow(3, 40, "thread-pool-starvation")]
    [DataRow(8, 0, "thread-pool-starvation")]
    [DataRow(3, 0, "slow-requests")]
    public void A_pool_that_grew_before_we_came_is_told_by_its_workers_and_by_its_queue(int workers, int queued, string cause)
    {
        var story = Healthy().Metric(RuntimeCounters.PoolQueue, 20, _ => queued);
        var sleeping = story.Stack("System.Threading.Thread::Sleep", "Shop.Ftp::Upload", "Shop.Uploads+<>c__DisplayClass1_0::<UploadAsync>b__0");
        for (var i = 0; i < workers; i++) story.Samples(story.Thread(60 + i), sleeping, 0, 20_000, false, 100);
        story.Traffic("POST /uploads", 4, 20, 800, (work, at) => work.Standing(sleeping, at, at + 780, 100));
        First(story).Cause.ShouldBe(cause);
    }
}
