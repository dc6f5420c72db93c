// The truth by the runtime's own events with the deep profile, and by the collector inside the process with the mirror of threads.
using Scope.Attach.Profiles;
using Scope.Hooks.Wire;

namespace Scope.Truth.Tests;

[TestClass]
public sealed class TruthTests : TruthContract
{
    static TruthRun s_run = null!;

    protected override TruthRun Run => s_run;

    [ClassInitialize]
    public static async Task Record(TestContext context) => s_run = await TruthRun.RecordAsync(ProfileTable.Find("deep")!, HookFeatures.None);
}

[TestClass]
public sealed class InsideTruthTests : TruthContract
{
    static TruthRun s_run = null!;

    protected override TruthRun Run => s_run;

    protected override double SamplesRight => 0.99;

    [ClassInitialize]
    public static async Task Record(TestContext context) => s_run = await TruthRun.RecordAsync(ProfileTable.Find("deep")!,
        HookFeatures.SpanStarts | HookFeatures.SpanStops | HookFeatures.Tags | HookFeatures.Requests | HookFeatures.ThreadSpans);

    [TestMethod]
    public void Nothing_was_lost_on_the_way() => s_run.Recorded.Ledger.Summary().Lost.ShouldBe(0);
}
