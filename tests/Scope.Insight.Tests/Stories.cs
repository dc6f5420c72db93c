// What the stories of several causes share: a healthy service to tell them about, and stacks that are everywhere.

namespace Scope.Insight.Tests;

/// <summary>Pieces of stories.</summary>
static class Stories
{
    public const string Mvc = "dynamicClass::lambda_method12";
    public static readonly string[] Heartbeat = ["System.Threading.Monitor::Wait", "Microsoft.AspNetCore.Kestrel.Heartbeat::TimerLoop"];
    public static readonly string[] ResultWait =
    [
        "System.Threading.Monitor::Wait", "System.Threading.ManualResetEventSlim::Wait", "System.Threading.Tasks.Task::SpinThenBlockingWait",
        "System.Threading.Tasks.Task::InternalWaitCore", "System.Threading.Tasks.Task`1[System.__Canon]::GetResultCore",
    ];

    public static Finding First(Story story) => story.Diagnosed().FirstOrDefault() ?? throw new AssertFailedException("nothing was found");

    public static void Starving(Story story)
    {
        for (var i = 0; i < 20; i++) story.PoolAdjust(i * 1000, 4 + i, 6);
    }

    /// <summary>A service under load with nothing wrong: queries, calls, collections and CPU spread over its own methods and the framework's.</summary>
    public static Story Healthy()
    {
        var story = new Story();
        var stacks = Enumerable.Range(0, 12).Select(i => story.Stack(i % 3 == 0 ? $"Shop.Area{i}::Do" : $"Microsoft.AspNetCore.Kestrel.Part{i}::Do", Mvc)).ToArray();
        story.Traffic("GET /products", 100, 20, 6, (work, at) =>
        {
            work.Sql("SELECT * FROM products WHERE id = $1", at + 1, 2);
            if ((int)at % 50 == 0) work.Running(stacks[(int)at / 50 % stacks.Length], at, at + 10);
        });
        story.Traffic("GET /orders", 40, 20, 15, (work, at) =>
        {
            work.Sql("SELECT * FROM orders WHERE customer = $1", at + 1, 4);
            work.Call("GET rates", at + 6, 6);
        });
        for (var at = 0; at < 20_000; at += 2000) story.Collection(at, 4);
        story.Samples(story.Thread(90), story.BareStack(Heartbeat), 0, 20_000, false, 100); // There is always a thread that is always there.
        return story;
    }
}

static class FindingAssertions
{
    public static void ShouldBe(this Finding finding, string cause, string culprit) => (finding.Cause, finding.Culprit).ShouldBe((cause, culprit));
}
