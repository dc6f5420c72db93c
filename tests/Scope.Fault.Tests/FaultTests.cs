// What is done to Scope, and to whom it records, in the short form: the same code as the soak's, a few rounds of each. Three at
// a time, as most of each is waiting.
using Scope.Benchmarks;
using Scope.Soak.Faults;

[assembly: Parallelize(Workers = 3, Scope = ExecutionScope.MethodLevel)]

namespace Scope.Fault.Tests;

[TestClass]
public sealed class FaultTests
{
    [TestMethod]
    public Task An_agent_killed_at_any_moment_harms_nobody_and_the_next_cleans_up() => ShouldHoldAsync("agent-killed");

    [TestMethod]
    public Task An_agent_that_stood_still_counts_what_it_missed_and_goes_on() => ShouldHoldAsync("agent-stopped");

    [TestMethod]
    public Task However_a_target_ends_its_recording_is_closed_and_reported() => ShouldHoldAsync("target-ends");

    [TestMethod]
    public Task Two_Scopes_and_another_tool_share_a_target() => ShouldHoldAsync("shared-target");

    [TestMethod]
    public Task A_clock_that_is_set_puts_nothing_out_of_order_and_is_told() => ShouldHoldAsync("clock");

    static async Task ShouldHoldAsync(string fault)
    {
        var rows = await FaultTable.All.Single(f => f.Name == fault).RunAsync(FaultRun.Short);
        rows.Where(row => row.Reached == false).Select(row => row.What).ShouldBeEmpty(BenchmarkTable.Text(rows));
    }
}
