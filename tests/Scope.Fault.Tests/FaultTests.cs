// What is done to Scope, and to whom it records, in the short form: the same code as the soak's, a few rounds of each. Three at
// a time, as most of each is waiting, and those that wait longest first.
using Scope.Benchmarks;
using Scope.Soak.Faults;

[assembly: Parallelize(Workers = 3, Scope = ExecutionScope.MethodLevel)]

namespace Scope.Fault.Tests;

[TestClass]
public sealed class FaultTests
{
    [TestMethod]
    public Task A_database_that_refuses_gets_all_of_it_later() => ShouldHoldAsync("postgres-refuses");

    [TestMethod]
    public Task Attached_to_and_let_go_again_and_again_a_target_is_as_before() => ShouldHoldAsync("attach-cycles");

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

    [TestMethod]
    public Task Many_targets_on_one_agent_are_all_heard_alike() => ShouldHoldAsync("many-targets");

    [TestMethod]
    public Task An_agent_that_may_take_little_memory_takes_less() => ShouldHoldAsync("little-memory");

    [TestMethod]
    public Task Damaged_inputs_end_in_a_clear_error() => ShouldHoldAsync("mutations");

    [TestMethod]
    public Task A_target_that_says_too_much_is_bounded_and_counted() => ShouldHoldAsync("hostile-target");

    static async Task ShouldHoldAsync(string fault)
    {
        var rows = await FaultTable.All.Single(f => f.Name == fault).RunAsync(FaultRun.Short);
        rows.Where(row => row.Reached == false).Select(row => row.What).ShouldBeEmpty(BenchmarkTable.Text(rows));
    }
}
