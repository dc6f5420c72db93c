// A disk that is full, read-only or gone while it is recorded to: capture goes on, what cannot be kept is counted, and
// writing goes on by itself when the disk takes it again.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class RefusingDiskTests
{
    [TestMethod]
    public void A_full_disk_loses_what_it_cannot_take_and_the_ledger_says_so()
    {
        using var disk = new SmallDisk(kilobytes: 256);
        var history = new RandomHistory(9);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        using var writer = RecordingWriter.Start(disk["full.scope"], new(), history.Catalog, ledger, hot.Read);
        foreach (var e in history.Events(100_000)) hot.Append(e);
        Until(() => writer.Status.Problem is not null);
        writer.Status.Problem!.ShouldContain("space", Case.Insensitive);
        var status = writer.Stop();
        (status.Written + status.Lost).ShouldBe(100_000);
        LostByDisk(ledger.Summary()).ShouldBe(status.Lost);
        status.Acknowledged.ShouldBe(status.Written);
        RecordingReader.Open(writer.Folder).Count.ShouldBe(status.Written);
    }

    [TestMethod]
    public void When_space_returns_writing_goes_on_in_a_new_segment_and_only_what_left_memory_is_lost()
    {
        const int Block = 1024, Blocks = 16;
        using var disk = new SmallDisk(kilobytes: 2048);
        var history = new RandomHistory(10);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger, new() { Events = Block * Blocks }, Block);
        using var writer = RecordingWriter.Start(disk["back.scope"], new(), history.Catalog, ledger, hot.Read);
        var events = history.Events(200_000);
        var next = 0;
        void Capture(int count)
        {
            for (var end = next + count; next < end; next++) hot.Append(events[next]);
        }
        Capture(2000);
        Until(() => writer.Status.Acknowledged == 2000);
        File.WriteAllBytes(disk["other"], new byte[1 << 20]); // Somebody else takes the space.
        while (writer.Status.Problem is null && next < 100_000)
        {
            Capture(1000);
            Thread.Sleep(20);
        }
        writer.Status.Problem.ShouldNotBeNull();
        Capture(3 * Block * Blocks); // Memory holds a third of it.
        File.Delete(disk["other"]);
        Until(() => writer.Status.Problem is null);
        Capture(1000);
        var status = writer.Stop();

        status.Problem.ShouldBeNull();
        status.Lost.ShouldBeGreaterThan(Block * Blocks);
        (status.Written + status.Lost).ShouldBe(next);
        var recording = RecordingReader.Open(writer.Folder);
        recording.Damages.ShouldBeEmpty();
        recording.Count.ShouldBe(status.Written);
        recording.Ledger.Lost.ShouldBe(status.Lost);
        LostByDisk(recording.Ledger).ShouldBe(status.Lost);
        Directory.GetFiles(writer.Folder, "*.seg").Length.ShouldBeGreaterThan(1);
        recording.TryGet(new(next - 1), out var last).ShouldBeTrue();
        RandomHistory.Meaning(recording.Catalog, last).ShouldBe(RandomHistory.Meaning(history.Catalog, events[next - 1]));
    }

    [TestMethod]
    public void A_disk_that_is_read_only_for_a_while_costs_nothing_that_memory_still_holds()
    {
        using var disk = new SmallDisk(kilobytes: 4096);
        disk.SetReadOnly(true);
        var history = new RandomHistory(11);
        var hot = new HotIndex(history.Catalog, new Ledger());
        using var writer = RecordingWriter.Start(disk["ro.scope"], new(), history.Catalog, new Ledger(), hot.Read);
        foreach (var e in history.Events(5000)) hot.Append(e);
        Until(() => writer.Status.Problem is not null);
        writer.Status.Problem!.ShouldContain("read-only", Case.Insensitive);
        writer.Status.Acknowledged.ShouldBe(0);
        disk.SetReadOnly(false);
        Until(() => writer.Status.Acknowledged == 5000 && writer.Status.Problem is null);
        writer.Stop().Lost.ShouldBe(0);
        RecordingReader.Open(writer.Folder).Count.ShouldBe(5000);
    }

    [TestMethod]
    [DataRow(SyncPolicy.Always)]
    [DataRow(SyncPolicy.Each100Millis)]
    public void What_the_disk_took_and_would_not_keep_is_never_acknowledged_and_is_written_again_when_it_keeps(SyncPolicy policy)
    {
        using var disk = new LyingDisk();
        var history = new RandomHistory(13);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        var events = history.Events(150_000); // A full disk has room for some hundred kilobytes more, which its processors keep apart.
        using var writer = RecordingWriter.Start(disk["lying.scope"], new(), history.Catalog, ledger, hot.Read, policy);
        foreach (ref readonly var e in events.AsSpan(0, 5000)) hot.Append(e);
        Until(() => writer.Status.Acknowledged == 5000);
        disk.Fill();
        foreach (ref readonly var e in events.AsSpan(5000)) hot.Append(e);
        Until(() => writer.Status.Problem is not null);
        writer.Status.Acknowledged.ShouldBeLessThan(events.Length);
        disk.Free();
        Until(() => writer.Status.Acknowledged == events.Length && writer.Status.Problem is null);
        writer.Stop().Lost.ShouldBe(0);

        var recording = RecordingReader.Open(writer.Folder);
        recording.Damages.ShouldBeEmpty();
        recording.Count.ShouldBe(events.Length);
        for (var i = 0; i < events.Length; i += 499)
        {
            recording.TryGet(new(i), out var e).ShouldBeTrue();
            RandomHistory.Meaning(recording.Catalog, e).ShouldBe(RandomHistory.Meaning(history.Catalog, events[i]));
        }
        Directory.GetFiles(writer.Folder, "*.seg").Length.ShouldBeGreaterThan(1);
    }

    [TestMethod]
    public void An_open_segment_that_is_removed_is_written_again_behind_the_ones_before_it()
    {
        using var folder = new Testing.TemporaryFolder("removed");
        var history = new RandomHistory(12);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        var events = history.Events(3000);
        // Two segments by hand: the first is full, the second is removed under the writer.
        var segments = new RecordingSegments(folder.Path, history.Catalog, SyncPolicy.Never);
        segments.Append(events.AsSpan(0, 1000), new(0)).ShouldBe(WriteOutcome.Written);
        segments.TrySeal().ShouldBeTrue();
        segments.Append(events.AsSpan(1000, 1000), new(1000)).ShouldBe(WriteOutcome.Written);
        File.Delete(RecordingFolder.SegmentPath(folder.Path, 2));
        segments.Append(events.AsSpan(2000, 1000), new(2000)).ShouldBe(WriteOutcome.Gone);
        segments.HoldsOneBefore.ShouldBeTrue();
        segments.Append(events.AsSpan(1000, 2000), new(1000)).ShouldBe(WriteOutcome.Written);
        segments.TrySeal().ShouldBeTrue();
        var recording = RecordingReader.Open(folder.Path);
        recording.Damages.ShouldBeEmpty();
        recording.Count.ShouldBe(3000);
    }

    static long LostByDisk(LedgerSummary ledger) => ledger.Losses.Where(l => l.Source == LossSource.Disk).Sum(l => l.Count);

    static void Until(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)).ShouldBeTrue();
}
