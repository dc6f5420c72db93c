using System.Text;
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Tests.Cold;

[TestClass]
public sealed class ArchiveTests : IDisposable
{
    static readonly EventTime Never = EventTime.Max;

    readonly TemporaryFolder _root = new("archive");
    readonly FolderArchive _archive;

    public ArchiveTests() => _archive = new(_root["archive"]);

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void An_archived_recording_is_restored_to_the_byte()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var manifest = Archived(recording);
        (manifest.Whole, manifest.Events, manifest.Segments.Count, manifest.From, manifest.To).ShouldBe((true, recording.Events.Length, 4, recording.Events[0].Time, recording.Events[^1].Time));
        manifest.Targets.Select(t => t.Pid).ShouldBe(recording.Info.Targets.Select(t => t.Pid));
        ArchivedRecordings.All(_archive, []).Single().Bytes.ShouldBe(manifest.Bytes);

        var restored = Restored(manifest);
        var originals = Directory.GetFiles(recording.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(recording.Folder, f)).ToList();
        originals.Count.ShouldBe(4 * 2 + 3);
        foreach (var file in originals) File.ReadAllBytes(Path.Combine(restored, file)).ShouldBe(File.ReadAllBytes(Path.Combine(recording.Folder, file)), file);
        recording.ShouldBeIn(RecordingReader.Open(restored), 1, 2, 3, 4);
        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(restored).Concat(Directory.GetFiles(_root["archive"], "*", SearchOption.AllDirectories))) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    [TestMethod]
    public void An_archive_in_a_folder_can_be_read_where_it_lies()
    {
        var recording = new SegmentedRecording(_root["here"]);
        Archived(recording);
        recording.ShouldBeIn(RecordingReader.Open(Path.Combine(_root["archive"], recording.Name)), 1, 2, 3, 4);
    }

    [TestMethod]
    public void Any_name_that_a_folder_may_have_does()
    {
        var recording = new SegmentedRecording(_root["here"], segments: 1, name: "mein Laden, größe 日本.old");
        var copy = Restored(Archived(recording));
        recording.ShouldBeIn(RecordingReader.Open(copy), 1);
        RestoredMark.RemoveExpired(_root["back"], Never, []).ShouldBe([copy]);
    }

    [TestMethod]
    public void What_was_broken_off_is_not_archived_and_the_next_run_goes_on_there()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var inTheWay = Directory.CreateDirectory(Path.Combine(_root["archive"], recording.Name, "000003.seg", "x")); // Root, too, cannot put a file where a folder is.
        var broken = new Archiver(_archive).Archive(recording.Folder);
        broken.Manifest.ShouldBeNull();
        broken.Problem!.ShouldContain("run it again");
        broken.SentBytes.ShouldBeGreaterThan(0);
        ArchivedRecordings.All(_archive, []).ShouldBeEmpty();

        inTheWay.Parent!.Delete(recursive: true);
        var whole = new Archiver(_archive).Archive(recording.Folder);
        whole.Problem.ShouldBeNull();
        whole.KeptBytes.ShouldBe(broken.SentBytes);
        recording.ShouldBeIn(RecordingReader.Open(Restored(whole.Manifest!)), 1, 2, 3, 4);
    }

    [TestMethod]
    public void What_was_damaged_on_its_way_is_sent_once_more_and_then_no_more()
    {
        var recording = new SegmentedRecording(_root["here"]);
        using (var once = new DamagingArchive(_archive, "000002.seg", times: 1)) new Archiver(once).Archive(recording.Folder).Problem.ShouldBeNull();
        recording.ShouldBeIn(RecordingReader.Open(Path.Combine(_root["archive"], recording.Name)), 1, 2, 3, 4);

        using var always = new DamagingArchive(new FolderArchive(_root["other"]), "000002.seg", times: int.MaxValue);
        var refused = new Archiver(always).Archive(recording.Folder);
        refused.Problem!.ShouldContain("000002.seg reads back differently");
        always.List("").ShouldNotContain(o => o.Key.EndsWith("000002.seg", StringComparison.Ordinal));
    }

    [TestMethod]
    public void An_object_that_is_half_there_or_wrong_is_sent_again_before_anything_is_called_archived()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var there = Directory.CreateDirectory(Path.Combine(_root["archive"], recording.Name)).FullName;
        var bytes = File.ReadAllBytes(recording.Segment(2));
        File.WriteAllBytes(Path.Combine(there, "000001.seg"), [1, 2, 3]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Path.Combine(there, "000002.seg"), bytes); // Of the right size.
        recording.ShouldBeIn(RecordingReader.Open(Restored(Archived(recording))), 1, 2, 3, 4);
    }

    [TestMethod]
    public void A_full_disk_is_told_on_both_ways_and_nothing_is_lost_when_there_is_room_again()
    {
        var recording = new SegmentedRecording(_root["here"], segments: 8);
        using var disk = new SmallDisk(kilobytes: 128);
        var archive = new FolderArchive(disk["archive"]);
        new Archiver(archive).Archive(recording.Folder).Problem!.ShouldContain("space", Case.Insensitive);
        disk.Resize(8 << 10);
        var outcome = new Archiver(archive).Archive(recording.Folder);
        outcome.Problem.ShouldBeNull();
        outcome.KeptBytes.ShouldBeGreaterThan(0);

        File.WriteAllBytes(disk["filler"], new byte[(8 << 20) - (int)outcome.Manifest!.Bytes - (128 << 10)]);
        new Restorer(archive).Restore(outcome.Manifest, disk["back"], RecordingWindow.All, Never).Problem!.ShouldContain("make room");
        Directory.Exists(disk["back"]).ShouldBeFalse();
    }

    [TestMethod]
    public void A_changed_or_missing_object_is_named_and_the_others_come_back()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var manifest = Archived(recording);
        var there = Path.Combine(_root["archive"], recording.Name);
        var bytes = File.ReadAllBytes(Path.Combine(there, "000003.seg"));
        bytes[100] ^= 4;
        File.WriteAllBytes(Path.Combine(there, "000003.seg"), bytes);
        var outcome = new Restorer(_archive).Restore(manifest, _root["back"], RecordingWindow.All, Never);
        outcome.Problem!.ShouldContain("000003.seg is not what was archived");
        recording.ShouldBeIn(RecordingReader.Open(outcome.Folder), 1, 2);

        File.Delete(Path.Combine(there, "000003.seg"));
        new Restorer(_archive).Restore(manifest, _root["back"], RecordingWindow.All, Never).Problem!.ShouldContain("000003.seg is not there");
        new Archiver(_archive).Archive(recording.Folder).Problem.ShouldBeNull();
        recording.ShouldBeIn(RecordingReader.Open(Restored(manifest)), 1, 2, 3, 4);
    }

    [TestMethod]
    public void Another_recording_of_the_same_name_is_refused()
    {
        Archived(new(_root["here"]));
        var other = new SegmentedRecording(_root["there"], seed: 2);
        new Archiver(_archive).Archive(other.Folder).Problem!.ShouldContain("another recording of this name");
    }

    [TestMethod]
    public void A_part_is_restored_with_the_segments_that_hold_it_and_what_stays_behind_is_not_taken_for_lost()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var manifest = Archived(recording);
        var part = RecordingReader.Open(Restored(manifest, new(recording.Within(2), recording.Within(3))));
        recording.ShouldBeIn(part, 2, 3);
        part.Ledger.Lost.ShouldBe(0);
        part.Skipped.ShouldBe(2 * SegmentedRecording.EventsOfSegment);
        part.Notes.ShouldContain(note => note.Contains("1000 events of it"));
        recording.ShouldBeIn(RecordingReader.Open(Restored(manifest)), 1, 2, 3, 4);
    }

    [TestMethod]
    public void What_a_full_spool_left_out_of_a_segment_stays_in_the_archive()
    {
        var recording = new SegmentedRecording(_root["here"]);
        Archived(recording);
        var first = SegmentedRecording.EventsOfSegment;
        File.Delete(recording.Segment(1));
        File.Delete(recording.Segment(2));
        using (var writer = new SegmentFileWriter(recording.History.Catalog))
        {
            writer.Open(recording.Segment(2), 2);
            writer.Append([recording.Events[first + 3], recording.Events[first + 8]], new EventIds([new(first + 3), new(first + 8)]));
            writer.Seal();
        }
        recording.ShouldBeIn(RecordingReader.Open(Restored(Archived(recording))), 1, 2, 3, 4);
    }

    [TestMethod]
    public void A_segment_that_is_damaged_here_is_archived_as_it_is_and_named_and_does_not_replace_a_better_one()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var good = File.ReadAllBytes(recording.Segment(2));
        var bad = (byte[])good.Clone();
        bad[^30] ^= 1;
        File.WriteAllBytes(recording.Segment(2), bad);
        new Archiver(_archive).Archive(recording.Folder).Damaged.ShouldHaveSingleItem().File.ShouldBe(recording.Segment(2));
        File.ReadAllBytes(Path.Combine(_root["archive"], recording.Name, "000002.seg")).ShouldBe(bad);

        var other = new SegmentedRecording(_root["there"], name: "other.scope");
        var manifest = Archived(other);
        File.WriteAllBytes(other.Segment(2), bad);
        new Archiver(_archive).Archive(other.Folder).Damaged.ShouldBeEmpty();
        other.ShouldBeIn(RecordingReader.Open(Restored(manifest)), 1, 2, 3, 4);
    }

    [TestMethod]
    public void A_recording_in_the_spool_is_archived_while_it_is_written()
    {
        var recording = new SegmentedRecording(_root["here"]);
        File.Delete(SegmentIndexing.PathBeside(recording.Segment(4)));
        using (SpoolWriting.Begin(recording.Folder))
        {
            var manifest = Archived(recording);
            (manifest.Whole, manifest.Segments.Count).ShouldBe((false, 3));
            manifest.Files.ShouldNotContain(f => f.Name == "writing");
        }
        Archived(recording).Whole.ShouldBeTrue();
    }

    [TestMethod]
    public void A_part_is_archived_and_later_the_rest()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var part = new Archiver(_archive).Archive(recording.Folder, new(EventTime.Min, recording.Within(2))).Manifest!;
        part.Whole.ShouldBeFalse();
        part.Segments.Select(s => s.Segment.Name).ShouldBe(["000001.seg", "000002.seg"]);
        var whole = Archived(recording);
        whole.Whole.ShouldBeTrue();
        whole.Segments.Count.ShouldBe(4);
    }

    [TestMethod]
    public void Of_a_recording_that_is_being_written_the_ended_segments_are_archived_and_of_a_broken_one_all()
    {
        var recording = new SegmentedRecording(_root["here"]);
        using (var torn = new FileStream(recording.Segment(4), FileMode.Open)) torn.SetLength(torn.Length - 40);
        var index = SegmentIndexing.Beside(recording.Segment(3))!;
        File.Delete(SegmentIndexing.PathBeside(recording.Segment(3)));
        File.Delete(SegmentIndexing.PathBeside(recording.Segment(4)));
        (recording.Info with { CleanEnd = false, Ended = EventTime.Now }).Write(recording.Folder);
        var young = Archived(recording);
        (young.Whole, young.Segments.Count).ShouldBe((false, 2));

        (recording.Info with { CleanEnd = false }).Write(recording.Folder);
        var broken = Archived(recording);
        (broken.Whole, broken.Segments.Count).ShouldBe((true, 4));
        var restored = Restored(broken);
        var made = SegmentIndexing.Beside(Path.Combine(restored, "000003.seg"))!;
        (made.Number, made.Frames.Single()).ShouldBe((index.Number, index.Frames.Single()));
        made.Flows.ShouldBe(index.Flows);
        made.Methods.ShouldBe(index.Methods);
    }

    [TestMethod]
    public void A_restored_copy_goes_away_when_its_time_has_come_and_is_not_archived_again()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var manifest = Archived(recording);
        var expires = EventTime.Now + 1_000_000_000;
        var copy = new Restorer(_archive).Restore(manifest, _root["back"], RecordingWindow.All, expires).Folder;
        new SegmentedRecording(_root["back"], name: "other.scope");
        new Archiver(_archive).Archive(copy).Problem!.ShouldContain("was restored from");
        RestoredMark.RemoveExpired(_root["back"], expires - 1, []).ShouldBeEmpty();
        RestoredMark.RemoveExpired(_root["back"], expires, []).ShouldBe([copy]);
        Directory.GetDirectories(_root["back"]).Select(Path.GetFileName).ShouldBe(["other.scope"]);
    }

    [TestMethod]
    public void A_recording_is_never_overwritten_by_its_archived_copy()
    {
        var recording = new SegmentedRecording(_root["here"]);
        new Restorer(_archive).Restore(Archived(recording), _root["here"], RecordingWindow.All, Never).Problem!.ShouldContain("is no copy");
    }

    [TestMethod]
    public void What_leaves_the_archive_leaves_nothing()
    {
        var (first, second) = (Archived(new(_root["here"])), Archived(new(_root["here"], seed: 2, name: "second.scope")));
        ArchivedRecordings.Remove(_archive, first);
        ArchivedRecordings.All(_archive, []).Single().Recording.ShouldBe(second.Recording);
        Directory.GetDirectories(_root["archive"]).Select(Path.GetFileName).ShouldBe(["second.scope"]);
    }

    [TestMethod]
    [DataRow("\"name\": \"000001.seg\"", "\"name\": \"../../../out.seg\"", "is no name of a file")]
    [DataRow("\"name\": \"000001.seg\"", "\"name\": \"/etc/passwd\"", "is no name of a file")]
    [DataRow("\"name\": \"000001.seg\"", "\"name\": \"000002.seg\"", "is named twice")]
    [DataRow("\"schema\": 1", "\"schema\": 7", "schema 7")]
    [DataRow("\"recording\": \"shop", "\"recording\": \"chop", "it is of chop")]
    [DataRow("\"segments\": [", "\"segments\": [ null,", "null")]
    [DataRow("{", "", "cannot be used")]
    public void A_manifest_that_cannot_be_is_told_and_harms_nobody(string what, string instead, string told)
    {
        var recording = new SegmentedRecording(_root["here"]);
        Archived(recording);
        var path = Path.Combine(_root["archive"], recording.Name, ArchiveManifest.FileName);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(what, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + instead + text[(at + what.Length)..], new UTF8Encoding(false));
        var problems = new List<string>();
        ArchivedRecordings.All(_archive, problems).ShouldBeEmpty();
        problems.ShouldHaveSingleItem().ShouldContain(told);
        new Archiver(_archive).Archive(recording.Folder).Problem!.ShouldContain(told);
    }

    [TestMethod]
    public void What_is_no_recording_is_refused()
    {
        new Archiver(_archive).Archive(_root["nowhere"]).Problem!.ShouldContain("no such folder");
        Directory.CreateDirectory(_root["empty"]);
        new Archiver(_archive).Archive(_root["empty"]).Problem!.ShouldContain("holds no recording");
    }

    ArchiveManifest Archived(SegmentedRecording recording)
    {
        var outcome = new Archiver(_archive).Archive(recording.Folder);
        outcome.Problem.ShouldBeNull();
        return outcome.Manifest!;
    }

    string Restored(ArchiveManifest manifest, RecordingWindow? window = null)
    {
        var outcome = new Restorer(_archive).Restore(manifest, _root["back"], window ?? RecordingWindow.All, Never);
        outcome.Problem.ShouldBeNull();
        return outcome.Folder;
    }
}
