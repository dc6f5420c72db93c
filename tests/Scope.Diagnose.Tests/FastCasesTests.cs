// A few cases from end to end, short enough for the suite; scripts/diagnose runs all of them.
namespace Scope.Diagnose.Tests;

[TestClass]
public sealed class FastCasesTests
{
    const int RecordedSeconds = 7;
    const int WarmUpSeconds = 2;

    [TestMethod]
    [DataRow("n-plus-one-sync")]
    [DataRow("exceptions-localizer")]
    [DataRow("healthy-big-heap")]
    public async Task The_first_finding_is_right(string name)
    {
        var one = CaseTable.All.Single(one => one.Name == name) with { WarmUpSeconds = WarmUpSeconds };
        var score = await CaseRun.ScoreAsync(one, new DiagnoseOptions([one], Json: false, List: false, RecordedSeconds, Keep: null), CancellationToken.None);
        score.CauseRight.ShouldBeTrue(ScoreTable.Outcome(score));
        score.CulpritRight.ShouldBeTrue(ScoreTable.Outcome(score));
    }
}
