// The diagnosis as a whole: what is healthy stays unblamed, findings are complete, windows are looked at by themselves.
// Each cause has its own file in Causes/.
using Scope.Events;
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class DiagnosticianTests
{
    [TestMethod]
    public void An_empty_history_has_no_findings() => new Story().Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void A_busy_healthy_service_has_no_findings() => Healthy().Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void The_same_is_found_in_a_window_of_a_longer_history()
    {
        var story = Healthy();
        story.Traffic("GET /balance", 10, 10, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        var history = story.Told();
        using var diagnostician = new Diagnostician();
        diagnostician.Run(history, Story.At(0), Story.At(10_000)).Findings.ShouldHaveSingleItem().Cause.ShouldBe("slow-sql");
        diagnostician.Run(history, Story.At(12_000), Story.At(20_000)).Findings.ShouldBeEmpty();
    }

    [TestMethod]
    public void Every_finding_is_complete_and_its_evidence_is_in_the_history()
    {
        var story = Healthy();
        var hot = story.Stack("Shop.Prices::ApplyEveryRule", Mvc);
        for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), hot, 0, 20_000, true);
        story.Traffic("GET /balance", 10, 20, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        story.Traffic("POST /carts", 20, 20, 8, (work, at) => work.Throws("Shop.Bad", hot, at));
        var history = story.Told();
        using var diagnostician = new Diagnostician();
        var findings = diagnostician.Run(history).Findings;
        findings.Count.ShouldBeGreaterThan(1);
        foreach (var finding in findings)
        {
            finding.Confidence.ShouldBeInRange(0, 1);
            finding.Impact.ShouldBeInRange(0, 1);
            finding.Evidence.Count.ShouldBeInRange(1, Limits.Evidence);
            finding.Evidence.ShouldBeUnique();
            finding.Evidence.All(id => history.TryGet(id, out _)).ShouldBeTrue();
            new[] { finding.Summary, finding.Advice, finding.Reasoning, finding.Culprit }.ShouldAllBe(text => text.Length > 0);
        }
    }
}
