// The contract over a recording's folder in each state that it can be found in: ended in order, while it is written, after its
// writer was killed in the middle of a frame, after the spool wrote its segment anew, and as a shipper reads it.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

public abstract class RecordingFolderContract : HistoryContract
{
    readonly TemporaryFolder _root = new("contract");
    int _recordings;

    [TestCleanup]
    public void Clean()
    {
        LetGo();
        _root.Dispose();
    }

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events) =>
        new Translated(Opened(_root[$"{Interlocked.Increment(ref _recordings)}"], catalog, [.. events]), catalog, events);

    /// <summary>Writes the events below a folder and opens what is there.</summary>
    protected abstract IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events);

    protected virtual void LetGo() { }

    /// <summary>A writer of these events that has written all of them.</summary>
    protected static RecordingWriter Write(string folder, Catalog catalog, ScopeEvent[] events)
    {
        var hot = new HotIndex(catalog, new Ledger());
        foreach (ref readonly var e in events.AsSpan()) hot.Append(e);
        var writer = RecordingWriter.Start(folder, new(), catalog, new Ledger(), hot.Read);
        SpinWait.SpinUntil(() => writer.Status.Acknowledged == events.Length && File.Exists(Path.Combine(folder, RecordingFolder.InfoFile)), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        return writer;
    }
}

[TestClass]
public sealed class RecordingContractTests : RecordingFolderContract
{
    protected override IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events)
    {
        using (var writer = Write(folder, catalog, events)) writer.Stop().Problem.ShouldBeNull();
        return RecordingReader.Open(folder);
    }
}

/// <summary>The states that are rarer ask less.</summary>
public abstract class FolderStateContract : RecordingFolderContract
{
    protected override int RandomHistories => 3;

    protected override int RandomQuestions => 60;
}

[TestClass]
public sealed class WrittenRecordingContractTests : FolderStateContract
{
    readonly List<RecordingWriter> _writers = [];

    protected override IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events)
    {
        var writer = Write(folder, catalog, events);
        _writers.Add(writer);
        return RecordingReader.Open(folder);
    }

    protected override void LetGo() => _writers.ForEach(w => w.Dispose());
}

[TestClass]
public sealed class TornRecordingContractTests : FolderStateContract
{
    protected override IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events)
    {
        Directory.CreateDirectory(folder);
        using var file = new SegmentFileWriter(catalog);
        var path = RecordingFolder.SegmentPath(folder, 1);
        file.Open(path, 1);
        foreach (var part in events.Chunk(700).Select((part, i) => (part, i))) file.Append(part.part, new(part.i * 700));
        file.Dispose();
        using (var torn = new FileStream(path, FileMode.Append)) torn.Write(File.ReadAllBytes(path).AsSpan(SegmentHeader.SizeBytes, Math.Min(40, (int)new FileInfo(path).Length - SegmentHeader.SizeBytes)));
        return RecordingReader.Open(folder);
    }
}

[TestClass]
public sealed class ThinnedRecordingContractTests : FolderStateContract
{
    protected override IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events)
    {
        // What goes stands behind what stays, since the contract wants ids without gaps.
        ScopeEvent[] samples = [.. Enumerable.Range(0, 300).Select(i => new ScopeEvent { Kind = EventKind.CpuSample, Time = new((events.Length == 0 ? 0 : events[^1].Time.UnixNanos) + i) })];
        using (var writer = Write(folder, catalog, [.. events, .. samples])) writer.Stop().Problem.ShouldBeNull();
        SegmentRewrite.Run(RecordingFolder.SegmentPath(folder, 1), (EventId id, in ScopeEvent _) => id.Value < events.Length).Damage.ShouldBeNull();
        return RecordingReader.Open(folder);
    }
}

[TestClass]
public sealed class SpoolFeedContractTests : FolderStateContract
{
    protected override IHistory Opened(string folder, Catalog catalog, ScopeEvent[] events)
    {
        var spool = SpoolFolder.TryOpen(folder, new(long.MaxValue), [], out _).ShouldNotBeNull();
        using var writing = spool.Begin("contract", EventTime.Now);
        using (var writer = Write(writing.Folder, catalog, events)) writer.Stop();
        using var feed = spool.Feed(Path.GetFileName(writing.Folder), new()).ShouldNotBeNull();
        var history = new HotIndex(feed.Catalog, new Ledger());
        var batch = new ScopeEvent[333];
        while (feed.Read(history.NextId, batch, out var first) is > 0 and var read)
        {
            first.ShouldBe(history.NextId);
            foreach (ref readonly var e in batch.AsSpan(0, read)) history.Append(e);
        }
        return history;
    }
}
