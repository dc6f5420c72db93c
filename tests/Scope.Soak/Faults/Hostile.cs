// The target that says more than anybody asked for, and how it is told to.
using System.Globalization;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class Hostile
{
    /// <summary>What a session asks for to hear its own events.</summary>
    public const string Events = "Scope-Targets-Hostile:0xFFFFFFFFFFFFFFFF:5";

    /// <summary>Its program.</summary>
    public static string Program => Checkout.Program("tests/Targets/Scope.Targets.Hostile");

    /// <summary>Starts it.</summary>
    public static async Task<ChildProcess> StartAsync(IReadOnlyDictionary<string, string?>? environment = null)
    {
        var target = ChildProcess.Start(Program, [], environment);
        await target.LineAsync("ready");
        return target;
    }

    /// <summary>Has it do something, and waits until it is done; gives how long it took.</summary>
    public static async Task<TimeSpan> AskAsync(ChildProcess target, string what, TimeSpan? within = null)
    {
        var (done, from) = ($"done {what}", DateTime.UtcNow);
        var before = Answers(target, done);
        await target.WriteLineAsync(what);
        await Deadline.UntilAsync($"it to have {done}", () => target.Running ? Answers(target, done) > before : throw new InvalidOperationException($"the target ended at: {what}\n{target.Errors}"), within);
        return DateTime.UtcNow - from;
    }

    /// <summary>How often its heart has beaten.</summary>
    public static async Task<long> BeatsAsync(ChildProcess target)
    {
        var before = Answers(target, "beats ");
        await target.WriteLineAsync("beats");
        await Deadline.UntilAsync("it to tell its beats", () => Answers(target, "beats ") > before);
        return long.Parse(target.Output.Split('\n').Last(line => line.StartsWith("beats ", StringComparison.Ordinal))["beats ".Length..], CultureInfo.InvariantCulture);
    }

    static int Answers(ChildProcess target, string text) => target.Output.Split('\n').Count(line => line.StartsWith(text, StringComparison.Ordinal));
}
