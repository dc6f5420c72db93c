using Scope.Events;
using Scope.Store.Spool;
using Scope.Store.Tests.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Spool;

[TestClass]
public sealed class SpoolFolderTests
{
    readonly SpoolScene _scene = new();

    [TestCleanup]
    public void Clean() => _scene.Dispose();

    [TestMethod]
    public void A_full_spool_lets_what_was_shipped_go_first_and_loses_nothing()
    {
        var (name, _, events) = _scene.Record(1, segments: 4);
        var bytes = _scene.Open().Status().Bytes;
        var spool = _scene.Open(bytes - 1);
        spool.Shipped(name, SpoolScene.Warm, new(2 * SpoolScene.SegmentEvents));
        var cut = spool.Keep(EventTime.Now);
        (cut.ShippedAway, cut.Lost.Count, cut.IsWithin).ShouldBe((SpoolScene.SegmentEvents, 0, true));
        var recording = _scene.Reopen(name);
        recording.Count.ShouldBe(events.Length - SpoolScene.SegmentEvents);
        recording.Ledger.Lost.ShouldBe(0);
        recording.Notes.ShouldContain(note => note.Contains("shipped to postgres"));
    }

    [TestMethod]
    public void What_one_of_two_destinations_lacks_is_not_shipped()
    {
        var (name, _, _) = _scene.Record(1, segments: 2);
        var spool = _scene.Open(1, long.MaxValue, SpoolScene.Warm, "cold");
        spool.Shipped(name, SpoolScene.Warm, new(2 * SpoolScene.SegmentEvents));
        spool.Shipped(name, "cold", new(SpoolScene.SegmentEvents));
        var cut = spool.Keep(EventTime.Now);
        cut.ShippedAway.ShouldBe(SpoolScene.SegmentEvents);
        cut.Lost.Values.Sum().ShouldBe(SpoolScene.SegmentEvents);
    }

    [TestMethod]
    public void The_oldest_lose_samples_then_spans_then_errors_and_each_loss_is_in_the_recordings_ledger()
    {
        var (name, history, events) = _scene.Record(2, segments: 3);
        var worth = events.Select(e => EventWorths.Of(e)).ToArray();
        int CountOf(EventWorth one, Range of) => worth[of].Count(w => w == one);
        Range first = ..SpoolScene.SegmentEvents, all = ..events.Length;

        // One byte too many costs the oldest segment its samples, and nobody else anything.
        _scene.Open(Bytes() - 1).Keep(EventTime.Now).Lost.ShouldBe(new Dictionary<string, long> { ["samples"] = CountOf(EventWorth.Sample, first) });
        ShouldHold(name, history, events, i => i >= SpoolScene.SegmentEvents || worth[i] > EventWorth.Sample);

        // With all samples gone from all segments, the spans of the oldest are next.
        var spool = _scene.Open(Bytes() - 1);
        while (spool.Keep(EventTime.Now).Lost.ContainsKey("samples")) spool = _scene.Open(Bytes() - 1);
        ShouldHold(name, history, events, i => worth[i] == EventWorth.Error || (i >= SpoolScene.SegmentEvents && worth[i] == EventWorth.Span));

        // Errors go last of all, whole segments of them.
        while (!_scene.Open(Bytes() - 1).Keep(EventTime.Now).Lost.ContainsKey("errors")) { }
        ShouldHold(name, history, events, i => i >= SpoolScene.SegmentEvents && worth[i] == EventWorth.Error);
        var losses = _scene.Reopen(name).Ledger.Losses.Where(l => l.Source == LossSource.Spool).GroupBy(l => l.Part).ToDictionary(g => g.Key, g => g.Sum(l => l.Count));
        losses.ShouldBe(new Dictionary<string, long> { ["samples"] = CountOf(EventWorth.Sample, all), ["spans"] = CountOf(EventWorth.Span, all), ["errors"] = CountOf(EventWorth.Error, first) }, ignoreOrder: true);
        _scene.Open().Status().Lost.ShouldBe(losses, ignoreOrder: true);
    }

    [TestMethod]
    public void Where_events_come_faster_than_segments_can_be_written_anew_whole_ones_go_and_the_bound_holds()
    {
        var (name, _, events) = _scene.Record(7, segments: 4);
        var bytes = Bytes();
        var littleTooMuch = new SpoolBounds(_scene.Open(bytes - 1), EventTime.Now, turnMillis: 0).Apply();
        (littleTooMuch.Lost.Count, littleTooMuch.IsWithin).ShouldBe((0, false), "there is another turn soon");
        var muchTooMuch = new SpoolBounds(_scene.Open(bytes / 2), EventTime.Now, turnMillis: 0).Apply();
        muchTooMuch.IsWithin.ShouldBeTrue();
        muchTooMuch.Lost.Keys.ShouldBe(["whole segments"]);
        _scene.Reopen(name).Count.ShouldBe(events.Length - muchTooMuch.Lost["whole segments"]);
        _scene.Reopen(name).Ledger.Lost.ShouldBe(muchTooMuch.Lost["whole segments"]);
    }

    [TestMethod]
    public void What_is_too_old_goes_though_there_is_room_and_what_was_not_shipped_of_it_is_lost()
    {
        var (name, _, events) = _scene.Record(3, segments: 3);
        var (other, _, _) = _scene.Record(4, segments: 1);
        var spool = _scene.Open(long.MaxValue, ageNanos: 1_000_000_000);
        spool.Shipped(name, SpoolScene.Warm, new(SpoolScene.SegmentEvents / 2));
        var end = events[2 * SpoolScene.SegmentEvents].Time + 999_999_999;
        spool.Find(other)!.Segments.Single().Latest.UnixNanos.ShouldBeLessThan(end.UnixNanos);
        var cut = spool.Keep(end);
        cut.ShippedAway.ShouldBe(SpoolScene.SegmentEvents / 2);
        cut.Lost["too old"].ShouldBeGreaterThanOrEqualTo(SpoolScene.SegmentEvents / 2);
        _scene.Reopen(name).Ledger.Lost.ShouldBe(SpoolScene.SegmentEvents * 2 - SpoolScene.SegmentEvents / 2);
        spool.Find(name)!.Segments.Count.ShouldBe(1);
    }

    [TestMethod]
    public void A_recording_of_which_all_was_shipped_goes_whole_when_its_room_is_wanted()
    {
        var (name, _, events) = _scene.Record(5, segments: 2);
        var spool = _scene.Open(0);
        spool.Shipped(name, SpoolScene.Warm, new(events.Length));
        spool.Keep(EventTime.Now).IsWithin.ShouldBeTrue();
        spool.Recordings().ShouldBeEmpty();
        spool.Status().Bytes.ShouldBe(0);
    }

    [TestMethod]
    public void A_restart_finds_it_as_it_was()
    {
        var (name, _, _) = _scene.Record(6, segments: 3);
        var before = _scene.Open(_scene.Open().Status().Bytes - 1);
        before.Shipped(name, SpoolScene.Warm, new(100));
        before.Shipped(name, SpoolScene.Warm, new(40)); // A destination does not forget.
        before.Keep(EventTime.Now);
        var after = _scene.Open(before.Limits.Bytes);
        after.Recover().ShouldBeEmpty();
        var (now, then) = (after.Status(), before.Status());
        (now.Recordings, now.BeingWritten, now.Segments, now.Bytes).ShouldBe((1, 0, then.Segments, then.Bytes));
        now.Backlogs.ShouldBe(then.Backlogs);
        now.Lost.ShouldBe(then.Lost);
        after.Find(name)!.Book.Shipped[SpoolScene.Warm].ShouldBe(100);
    }

    [TestMethod]
    public async Task What_a_killed_recorder_left_is_sealed_and_shipped_to_its_last_good_frame()
    {
        await using var program = ChildProcess.Start("dotnet", [typeof(RecordingProgram).Assembly.Location, _scene.Path, "100ms", RecordingProgram.InSpool]);
        await Deadline.UntilAsync("events to be acknowledged", () => RecordingProgram.Acknowledged(program.Output) >= 15_000);
        var spool = _scene.Open(1);
        spool.Recordings().Single().IsBeingWritten.ShouldBeTrue();
        spool.Keep(EventTime.Now).IsWithin.ShouldBeFalse("what is being written stays, however little room there is");
        spool.Recover();
        spool.Recordings().Single().Unsealed.Count.ShouldBe(1, "it is none of ours while its recorder lives");
        program.Kill();
        await program.EndAsync();

        var left = spool.Recordings().Single();
        left.IsBeingWritten.ShouldBeFalse();
        using (var torn = new FileStream(left.Unsealed.Single(), FileMode.Open)) torn.SetLength(torn.Length - 5);
        var damage = spool.Recover().Single();
        damage.What.ShouldContain("ends within");
        var reopened = _scene.Reopen(left.Name);
        reopened.Damages.ShouldBeEmpty();
        reopened.Ledger.Lost.ShouldBe(damage.EventsCut);
        damage.EventsCut.ShouldBeGreaterThan(0);
        var sealedOne = spool.Recordings().Single().Segments.Single();
        (sealedOne.Events + damage.EventsCut).ShouldBeGreaterThanOrEqualTo(RecordingProgram.Acknowledged(program.Output));
        using var feed = spool.Feed(left.Name, new()).ShouldNotBeNull();
        var events = new ScopeEvent[sealedOne.Events + 10];
        feed.Read(new(0), events, out _).ShouldBe((int)sealedOne.Events);
        feed.MayGrow.ShouldBeFalse();
        var history = new RandomHistory(RecordingProgram.Seed);
        var expected = history.Events((int)sealedOne.Events);
        for (var i = 0; i < expected.Length; i += 17) RandomHistory.Meaning(feed.Catalog, events[i]).ShouldBe(RandomHistory.Meaning(history.Catalog, expected[i]));
    }

    [TestMethod]
    public void Several_processes_take_turns_and_no_offset_is_lost()
    {
        var names = Enumerable.Range(10, 3).Select(seed => _scene.Record(seed, segments: 1).Name).ToList();
        Parallel.For(0, 60, i =>
        {
            var spool = _scene.Open(); // Each with its own lock on the file, as another process has.
            spool.Shipped(names[i % 3], $"tier{i / 3}", new(i));
            if (i % 10 == 0) spool.Keep(EventTime.Now);
        });
        foreach (var name in names) _scene.Open().Find(name)!.Book.Shipped.Count.ShouldBe(20);
    }

    [TestMethod]
    public void What_waits_is_taken_by_one_at_a_time_the_oldest_first_until_nothing_is_lacking()
    {
        var names = Enumerable.Range(20, 2).Select(seed => _scene.Record(seed, segments: 1)).OrderBy(r => r.Events[0].Time).Select(r => r.Name).ToList();
        using (var written = _scene.Open().Begin("live", EventTime.Now))
        {
            var first = Take().ShouldNotBeNull();
            first.Recording.ShouldBe(names[0]);
            using var second = Take().ShouldNotBeNull();
            second.Recording.ShouldBe(names[1]);
            Take().ShouldBeNull("others ship them, and what is being written is its writer's");
            first.Dispose();
            Take(name => name == names[1]).ShouldBeNull("somebody ships it");
            using var again = Take().ShouldNotBeNull();
            again.Recording.ShouldBe(names[0]);
            again.Shipped(new(SpoolScene.SegmentEvents));
        }
        Take().ShouldNotBeNull().Recording.ShouldBe(names[1]);

        SpoolShipping? Take(Func<string, bool>? wanted = null) => _scene.Open().TakeWaiting(SpoolScene.Warm, wanted ?? (_ => true));
    }

    [TestMethod]
    public void A_lock_that_is_held_for_long_is_told_with_its_file_and_how_long_it_was_waited_for()
    {
        var spool = new SpoolFolder(_scene.Open().Path, new(1), []) { LockMillis = 100 };
        using var held = HeldFile.Open(Path.Combine(spool.Path, "spool.lock"), FileMode.OpenOrCreate);
        var message = Should.Throw<IOException>(() => spool.Recover()).Message;
        message.ShouldContain($"has held {held.Name} for more than 0.1 s");
    }

    [TestMethod]
    public void What_is_no_recording_of_the_spool_is_left_alone()
    {
        var spool = _scene.Open(0);
        var theirs = Directory.CreateDirectory(Path.Combine(spool.Path, "theirs")).FullName;
        File.WriteAllText(Path.Combine(theirs, "000001.seg"), "not ours");
        spool.Recover();
        spool.Keep(EventTime.Max);
        File.Exists(Path.Combine(theirs, "000001.seg")).ShouldBeTrue();
    }

    [TestMethod]
    public void A_folder_that_cannot_be_made_is_told_with_the_setting_that_names_it()
    {
        File.WriteAllText(_scene.Path, "a file");
        SpoolFolder.TryOpen(Path.Combine(_scene.Path, "below"), new(1), [], out var problem).ShouldBeNull();
        problem!.ShouldContain("store.spool.folder");
    }

    long Bytes() => _scene.Open().Status().Bytes;

    void ShouldHold(string name, RandomHistory history, ScopeEvent[] events, Func<int, bool> stays)
    {
        var recording = _scene.Reopen(name);
        recording.Damages.ShouldBeEmpty();
        int[] left = [.. Enumerable.Range(0, events.Length).Where(stays)];
        var held = recording.List(EventQuery.All);
        held.Select(s => (int)s.Id.Value).ShouldBe(left);
        for (var i = 0; i < left.Length; i += 13) RandomHistory.Meaning(recording.Catalog, held[i].Event).ShouldBe(RandomHistory.Meaning(history.Catalog, events[left[i]]));
        recording.Ledger.Lost.ShouldBe(events.Length - left.Length);
    }
}
