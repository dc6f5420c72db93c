using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class RecordingTests
{
    readonly string _root = Directory.CreateTempSubdirectory("scope-recordings").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void A_recording_reopens_with_the_same_events_under_the_same_ids()
    {
        var (folder, history, events, ledger) = Record(50_000);
        var recording = RecordingReader.Open(folder);
        recording.Notes.ShouldBeEmpty();
        recording.IsWhole.ShouldBeTrue();
        recording.Count.ShouldBe(events.Length);
        recording.Ledger.Captured.ShouldBe(ledger.Summary().Captured);
        recording.Info.Sources.ShouldBe([new("test", "all")]);
        foreach (var i in (int[])[0, 1, 777, 49_999])
        {
            recording.TryGet(new(i), out var e).ShouldBeTrue();
            RandomHistory.Meaning(recording.Catalog, e).ShouldBe(RandomHistory.Meaning(history.Catalog, events[i]));
        }
        recording.TryGet(new(50_000), out _).ShouldBeFalse();
    }

    [TestMethod]
    public void Only_the_owner_may_read_a_recording()
    {
        if (OperatingSystem.IsWindows()) return;
        var (folder, _, _, _) = Record(10);
        File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(folder)) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    [TestMethod]
    public void What_a_killed_writer_leaves_opens_and_says_that_it_was_broken_off()
    {
        var history = new RandomHistory(2);
        var hot = new HotIndex(history.Catalog, new Ledger());
        var events = history.Events(40_000);
        using var writer = RecordingWriter.Start(Path.Combine(_root, "live.scope"), new(), history.Catalog, new Ledger(), hot.Read);
        foreach (ref readonly var e in events.AsSpan()) hot.Append(e);
        Until(() => writer.Status.Written >= 2 * Limits.SegmentFrameEvents);

        // All writes go straight to the files, so what they hold at any moment is what kill -9 would leave.
        var left = Path.Combine(_root, "left.scope");
        Directory.CreateDirectory(left);
        foreach (var file in Directory.GetFiles(writer.Folder)) File.Copy(file, Path.Combine(left, Path.GetFileName(file)));
        var segment = Directory.GetFiles(left, "*.seg").Single();
        using (var torn = new FileStream(segment, FileMode.Open)) torn.SetLength(torn.Length - 100);

        var recording = RecordingReader.Open(left);
        recording.IsWhole.ShouldBeFalse();
        recording.Notes[0].ShouldContain("broken off");
        recording.Damages.Single().File.ShouldBe(segment);
        // What the torn frame said to hold is lost, and in the ledger.
        recording.Damages[0].FirstCut.Value.ShouldBe(recording.Count);
        recording.Ledger.Losses.Single().ShouldBe(new(LossSource.Disk, "torn tail", recording.Last, recording.Last, recording.Damages[0].EventsCut));
        recording.Ledger.Lost.ShouldBeInRange(1, Limits.SegmentFrameEvents);
        recording.Count.ShouldBeGreaterThanOrEqualTo(Limits.SegmentFrameEvents);
        recording.Info.Ended.ShouldBe(recording.Last);
        recording.TryGet(new(5), out var fifth).ShouldBeTrue();
        RandomHistory.Meaning(recording.Catalog, fifth).ShouldBe(RandomHistory.Meaning(history.Catalog, events[5]));
        writer.Stop().Problem.ShouldBeNull();
    }

    [TestMethod]
    public void What_a_writer_leaves_that_was_killed_before_its_first_flush_says_that_nothing_was_written()
    {
        var history = new RandomHistory(3);
        var hot = new HotIndex(history.Catalog, new Ledger());
        using var writer = RecordingWriter.Start(Path.Combine(_root, "young.scope"), new() { Started = new(5) }, history.Catalog, new Ledger(), hot.Read);
        Until(() => File.Exists(Path.Combine(writer.Folder, RecordingFolder.InfoFile)));
        var left = Path.Combine(_root, "left.scope");
        Directory.CreateDirectory(left);
        File.Copy(Path.Combine(writer.Folder, RecordingFolder.InfoFile), Path.Combine(left, RecordingFolder.InfoFile));
        var recording = RecordingReader.Open(left);
        recording.Notes.Single().ShouldContain("broken off before anything was written");
        recording.Count.ShouldBe(0);
        recording.Info.Started.ShouldBe(new(5));
    }

    [TestMethod]
    public void A_missing_segment_leaves_the_ids_of_the_others_as_they_were_and_is_counted()
    {
        var history = new RandomHistory(4);
        var events = history.Events(3000);
        var folder = Path.Combine(_root, "hole.scope");
        Directory.CreateDirectory(folder);
        using (var file = new SegmentFileWriter(history.Catalog))
        {
            for (var i = 0; i < 3; i++)
            {
                file.Open(Path.Combine(folder, $"{i + 1:D6}.seg"), i + 1);
                file.Append(events.AsSpan(i * 1000, 1000), new(i * 1000));
                file.Seal();
            }
        }
        File.Delete(Path.Combine(folder, "000002.seg"));
        File.Delete(Path.Combine(folder, "000002.idx"));
        var recording = RecordingReader.Open(folder);
        recording.Count.ShouldBe(2000);
        recording.Ledger.Lost.ShouldBe(1000);
        recording.TryGet(new(1500), out _).ShouldBeFalse();
        foreach (var id in (int[])[0, 999, 2000, 2999])
        {
            recording.TryGet(new(id), out var e).ShouldBeTrue();
            RandomHistory.Meaning(recording.Catalog, e).ShouldBe(RandomHistory.Meaning(history.Catalog, events[id]));
        }
        recording.List(EventQuery.All).Select(s => s.Id.Value).ShouldBe(Enumerable.Range(0, 1000).Concat(Enumerable.Range(2000, 1000)).Select(i => (long)i));
        var read = new ScopeEvent[4000];
        recording.Read(new(500), read, out var first).ShouldBe(500);
        first.ShouldBe(new(500));
        recording.Read(new(1000), read, out first).ShouldBe(1000);
        first.ShouldBe(new(2000));
        recording.Read(new(3000), read, out _).ShouldBe(0);
    }

    [TestMethod]
    public void A_folder_that_is_taken_away_is_made_again_with_what_is_still_in_memory()
    {
        var history = new RandomHistory(6);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        var folder = Path.Combine(_root, "gone.scope");
        var events = history.Events(2000);
        using var writer = RecordingWriter.Start(folder, new(), history.Catalog, ledger, hot.Read);
        foreach (ref readonly var e in events.AsSpan(0, 1000)) hot.Append(e);
        Until(() => writer.Status.Written == 1000);
        Directory.Delete(folder, recursive: true);
        foreach (ref readonly var e in events.AsSpan(1000)) hot.Append(e);
        Until(() => writer.Status.Written == 2000 && writer.Status.Problem is null);
        writer.Stop().Lost.ShouldBe(0);
        RecordingReader.Open(folder).Count.ShouldBe(2000);
    }

    [TestMethod]
    public void A_folder_that_is_taken_away_just_before_the_end_is_made_again_too()
    {
        var history = new RandomHistory(6);
        var hot = new HotIndex(history.Catalog, new Ledger());
        var folder = Path.Combine(_root, "late.scope");
        var events = history.Events(2000);
        using var writer = RecordingWriter.Start(folder, new(), history.Catalog, new Ledger(), hot.Read);
        foreach (ref readonly var e in events.AsSpan(0, 1000)) hot.Append(e);
        Until(() => writer.Status.Written == 1000);
        Directory.Delete(folder, recursive: true);
        foreach (ref readonly var e in events.AsSpan(1000)) hot.Append(e);
        writer.Stop().Written.ShouldBe(2000);
        RecordingReader.Open(folder).Count.ShouldBe(2000);
    }

    [TestMethod]
    public void A_disk_that_refuses_is_told_and_nothing_is_lost_when_it_takes_again()
    {
        var history = new RandomHistory(8);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        var folder = Path.Combine(_root, "refused.scope");
        Directory.CreateDirectory(Path.Combine(folder, "000001.seg")); // A folder where the file should be: no one can write there, root neither.
        using var writer = RecordingWriter.Start(folder, new(), history.Catalog, ledger, hot.Read);
        foreach (var e in history.Events(20_000)) hot.Append(e);
        Until(() => writer.Status.Problem is not null);
        writer.Status.Problem!.ShouldContain(folder);
        Directory.Delete(Path.Combine(folder, "000001.seg"));
        Until(() => writer.Status.Written == 20_000 && writer.Status.Problem is null);
        writer.Stop().Lost.ShouldBe(0);
        RecordingReader.Open(folder).Count.ShouldBe(20_000);
    }

    [TestMethod]
    public void What_is_no_recording_is_refused_with_a_reason()
    {
        RecordingReader.TryOpen(Path.Combine(_root, "nowhere"), out var problem).ShouldBeNull();
        problem!.ShouldContain("no such folder");
        RecordingReader.TryOpen(_root, out problem).ShouldBeNull();
        problem!.ShouldContain("holds no recording");
        File.WriteAllText(Path.Combine(_root, "recording.json"), "{ \"schema\": 99 }");
        RecordingReader.TryOpen(_root, out problem).ShouldBeNull();
        problem!.ShouldContain("schema 99");
        File.WriteAllText(Path.Combine(_root, "recording.json"), "{\n \"schema\": }");
        RecordingReader.TryOpen(_root, out problem).ShouldBeNull();
        problem!.ShouldContain("line 2");
    }

    [TestMethod]
    public void A_name_that_no_file_may_have_becomes_one_that_may()
    {
        Path.GetFileName(RecordingFolder.Create(_root, "../../etc/x y\0", new(0))).ShouldBe("..-..-etc-x-y-_19700101_000000.scope");
        Path.GetFileName(RecordingFolder.Create(_root, "", new(0))).ShouldBe("target_19700101_000000.scope");
        Path.GetFileName(RecordingFolder.Create(_root, "", new(0))).ShouldBe("target_19700101_000000_2.scope");
        Path.GetFileName(RecordingFolder.Create(_root, new string('a', 5000), new(0))).Length.ShouldBeLessThan(255);
    }

    static void Until(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)).ShouldBeTrue();

    (string Folder, RandomHistory History, ScopeEvent[] Events, Ledger Ledger) Record(int count)
    {
        var history = new RandomHistory(1);
        var ledger = new Ledger();
        var hot = new HotIndex(history.Catalog, ledger);
        var events = history.Events(count);
        var folder = RecordingFolder.Create(_root, "shop", events[0].Time);
        using var writer = RecordingWriter.Start(folder, new() { Started = events[0].Time, Sources = [new("test", "all")] }, history.Catalog, ledger, hot.Read);
        foreach (ref readonly var e in events.AsSpan()) hot.Append(e);
        ledger.Captured("test", count);
        var status = writer.Stop();
        status.Problem.ShouldBeNull();
        status.Written.ShouldBe(count);
        return (folder, history, events, ledger);
    }
}
