using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
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
