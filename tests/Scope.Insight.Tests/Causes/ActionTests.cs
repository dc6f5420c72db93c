// Controllers' actions that the runtime inlined into code made at run time: no frame shows them, the route values name them.
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class ActionTests
{
    static readonly string[] Invoker = [Mvc, "Microsoft.AspNetCore.Mvc.Infrastructure.ActionMethodExecutor+SyncObjectResultExecutor::Execute"];

    [TestMethod]
    public void A_slow_statement_of_an_action_without_a_frame_is_blamed_on_the_action_and_it_is_said_how()
    {
        var story = Healthy();
        story.Told("Shop.OrdersController+<OfCustomerAsync>d__2::MoveNext");
        story.Traffic("GET /api/orders", 10, 20, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280), action: "Orders.OfCustomer");
        var finding = First(story);
        finding.ShouldBe("slow-sql", "Shop.OrdersController.OfCustomerAsync");
        finding.Reasoning.ShouldContain("route values");
    }

    [TestMethod]
    public void A_hot_action_that_is_inlined_is_named()
    {
        var story = Healthy();
        story.Told("Shop.PriceController::Total");
        var hot = story.Stack(["System.Math::Sqrt", .. Invoker]);
        story.Traffic("GET /price", 10, 20, 190, (work, at) => work.Running(hot, at, at + 180), action: "Price.Total");
        var finding = First(story);
        finding.ShouldBe("cpu-hot-method", "Shop.PriceController.Total");
        finding.Reasoning.ShouldContain("inlined");
    }

    [TestMethod]
    public void An_action_that_blocks_a_worker_is_named_and_not_its_neighbour()
    {
        var story = Healthy();
        story.Told("Shop.PaymentsController::Pay");
        story.Told("Shop.OldPaymentsController::Pay");
        var blocked = story.Stack([.. ResultWait, .. Invoker]);
        story.Traffic("POST /payments", 10, 20, 90, (work, at) => work.Standing(blocked, at, at + 80), action: "Payments.Pay");
        First(story).ShouldBe("sync-over-async", "Shop.PaymentsController.Pay");
    }

    [TestMethod]
    public void Frames_of_the_framework_outside_of_an_action_are_not_the_actions()
    {
        var story = Healthy();
        story.Told("Shop.PriceController::Total");
        var kestrel = story.Stack("Microsoft.AspNetCore.Server.Kestrel.Http::Parse");
        story.Traffic("GET /price", 10, 20, 190, (work, at) => work.Running(kestrel, at, at + 180), action: "Price.Total");
        story.Diagnosed().ShouldNotContain(finding => finding.Cause == "cpu-hot-method");
    }
}
