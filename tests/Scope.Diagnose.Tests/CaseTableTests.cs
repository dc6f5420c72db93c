// The table of cases tells the truth about the code, and leaves nothing out.
using System.Reflection;
using Scenes;

namespace Scope.Diagnose.Tests;

[TestClass]
public sealed class CaseTableTests
{
    static readonly string[] Vocabulary =
    [
        "deadlock", "async-deadlock", "lock-contention", "sync-over-async", "thread-pool-starvation", "cpu-hot-method", "spin-wait", "regex-backtracking",
        "allocation-storm", "large-object-allocation", "gc-pressure", "memory-leak", "assembly-leak", "finalizer-blocked", "unhandled-exception", "exception-storm",
        "swallowed-exceptions", "slow-sql", "n-plus-one-queries", "connection-pool-exhaustion", "slow-dependency", "retry-storm", "http-client-misuse", "dns-or-tls-delay",
        "timer-leak", "async-void", "forgotten-task", "large-response-buffering", "logging-storm", "jit-storm", "cold-start", "cgroup-throttling", "memory-limit-near",
        "noisy-neighbour", "server-gc-mismatch",
        "stack-overflow", // How a process dies is told apart.
    ];

    // Those that people meet most: each is shown in two places at the least.
    static readonly string[] Common =
    [
        "deadlock", "async-deadlock", "lock-contention", "sync-over-async", "thread-pool-starvation", "cpu-hot-method", "memory-leak", "unhandled-exception",
        "exception-storm", "slow-sql", "n-plus-one-queries", "slow-dependency",
    ];

    const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    [TestMethod]
    public void Each_cause_of_the_vocabulary_has_a_case_and_the_common_ones_two()
    {
        Vocabulary.Where(cause => !CaseTable.All.Any(one => one.Causes.Contains(cause))).ShouldBeEmpty();
        Common.Where(cause => CaseTable.All.Count(one => one.Causes.FirstOrDefault() == cause) < 2).ShouldBeEmpty();
        CaseTable.All.SelectMany(one => one.Causes).Except(Vocabulary).ShouldBeEmpty();
        CaseTable.All.Count(one => one.IsHealthy).ShouldBeGreaterThanOrEqualTo(6);
    }

    [TestMethod]
    public void Each_case_has_a_scene_and_each_scene_a_case()
    {
        CaseTable.All.Select(one => one.Name).ShouldBeUnique();
        var scenes = SceneTable.All.Select(scene => scene.Name).ToList();
        scenes.ShouldBeUnique();
        CaseTable.All.Select(one => one.Scene).Append("partner").Distinct().ShouldBe(scenes, ignoreOrder: true);
    }

    [TestMethod]
    public void Each_culprit_of_the_code_is_there()
    {
        foreach (string culprit in CaseTable.All.SelectMany(one => one.Culprits).Where(culprit => culprit.StartsWith("Scenes.", StringComparison.Ordinal)))
            IsThere(culprit).ShouldBeTrue(culprit);
    }

    [TestMethod]
    public void A_culprit_is_right_as_a_whole_word_only()
    {
        Score.Names("Scenes.A.B.Run", "Scenes.A.B.Run").ShouldBeTrue();
        Score.Names("Scenes.A.B.RunAsync", "Scenes.A.B.Run").ShouldBeFalse();
        Score.Names("select 1 from T where md5(lower(note)) = $1", "md5(lower(note))").ShouldBeTrue();
        Score.Names("http://127.0.0.1:80/scores", "/score").ShouldBeFalse();
    }

    static bool IsThere(string culprit)
    {
        var code = typeof(SceneTable).Assembly;
        if (code.GetType(culprit) is not null)
            return true;
        int dot = culprit.EndsWith(".ctor", StringComparison.Ordinal) ? culprit.Length - "..ctor".Length : culprit.LastIndexOf('.');
        string member = culprit[(dot + 1)..];
        // A finalizer has two names: C#'s and the runtime's.
        return code.GetType(culprit[..dot])?.GetMember(member.StartsWith('~') ? "Finalize" : member, Any).Length > 0;
    }
}
