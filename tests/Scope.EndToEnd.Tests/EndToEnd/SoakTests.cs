// The long run with faults, shortened: what it takes ten minutes to be sure of shows in ten seconds when it is broken.
using Scope.Soak;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class SoakTests
{
    [TestMethod]
    public async Task Each_event_is_in_the_database_once_though_the_server_and_the_agent_are_killed()
    {
        var outcome = await StoreSoak.RunAsync(TimeSpan.FromSeconds(10), _ => { });
        outcome.Rows.Where(row => row.Reached == false && row.Unit != "events/s").Select(row => row.What).ShouldBeEmpty(SoakText.Of(outcome)); // How fast it was is the machine's.
    }
}
