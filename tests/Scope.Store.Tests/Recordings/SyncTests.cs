// What was acknowledged is kept: whatever ends the writer, and, by the policy, whatever ends the machine.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Tests.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class SyncTests
{
    readonly TemporaryFolder _root = new("sync");

    [TestCleanup]
    public void Clean() => _root.Dispose();

    [TestMethod]
    [DataRow("always")]
    [DataRow("100ms")]
    [DataRow("never")]
    public async Task What_a_writer_acknowledged_before_it_was_killed_is_whole(string policy)
    {
        const long Enough = 15_000;
        var folder = _root["killed.scope"];
        await using var program = ChildProcess.Start("dotnet", [typeof(RecordingProgram).Assembly.Location, folder, policy]);
        await Deadline.UntilAsync($"{Enough} events to be acknowledged", () => RecordingProgram.Acknowledged(program.Output) >= Enough);
        program.Kill();
        await program.EndAsync();

        var recording = RecordingReader.Open(folder);
        recording.Count.ShouldBeGreaterThanOrEqualTo(RecordingProgram.Acknowledged(program.Output));
        recording.Notes[0].ShouldContain("broken off");
        var history = new RandomHistory(RecordingProgram.Seed);
        var events = history.Events((int)recording.Count);
        recording.List(EventQuery.All).Select(s => s.Id.Value).ShouldBe(Enumerable.Range(0, events.Length).Select(i => (long)i));
        for (var i = 0; i < events.Length; i += 11)
        {
            recording.TryGet(new(i), out var e).ShouldBeTrue();
            RandomHistory.Meaning(recording.Catalog, e).ShouldBe(RandomHistory.Meaning(history.Catalog, events[i]));
        }
    }

    [TestMethod]
    [DataRow(SyncPolicy.Always, true)]
    [DataRow(SyncPolicy.Each100Millis, true)]
    [DataRow(SyncPolicy.Never, false)]
    public void What_was_acknowledged_waits_for_no_disk_unless_the_policy_lets_it(SyncPolicy policy, bool isOnTheDisk)
    {
        if (!PageCache.IsTold(_root.Path)) Assert.Inconclusive("this system does not tell which pages wait for the disk");
        var history = new RandomHistory(5);
        var hot = new HotIndex(history.Catalog, new Ledger());
        foreach (var e in history.Events(20_000)) hot.Append(e);
        using var writer = RecordingWriter.Start(_root["kept.scope"], new(), history.Catalog, new Ledger(), hot.Read, policy);
        SpinWait.SpinUntil(() => writer.Status.Acknowledged == 20_000, TimeSpan.FromSeconds(20)).ShouldBeTrue();
        var unwritten = PageCache.UnwrittenPages(Directory.GetFiles(writer.Folder, "*.seg").Single());
        (unwritten == 0).ShouldBe(isOnTheDisk, $"{unwritten} pages wait");
    }

    [TestMethod]
    public void An_event_is_acknowledged_soon_though_few_others_come()
    {
        var history = new RandomHistory(6);
        var hot = new HotIndex(history.Catalog, new Ledger());
        using var writer = RecordingWriter.Start(_root["soon.scope"], new(), history.Catalog, new Ledger(), hot.Read);
        for (var i = 1; i <= 5; i++)
        {
            foreach (var e in history.Events(1)) hot.Append(e);
            SpinWait.SpinUntil(() => writer.Status.Acknowledged == i, TimeSpan.FromSeconds(2)).ShouldBeTrue();
        }
    }
}
