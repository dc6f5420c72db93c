using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class RecordingContractTests : HistoryContract
{
    readonly string _root = Directory.CreateTempSubdirectory("scope-contract").FullName;
    int _recordings;

    [TestCleanup]
    public void Clean() => Directory.Delete(_root, recursive: true);

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        var hot = new HotIndex(catalog, new Ledger());
        foreach (var e in events) hot.Append(e);
        var folder = Path.Combine(_root, $"{Interlocked.Increment(ref _recordings)}.scope");
        using (var writer = RecordingWriter.Start(folder, new(), catalog, new Ledger(), hot.Read)) writer.Stop().Problem.ShouldBeNull();
        return new Translated(RecordingReader.Open(folder), catalog, events);
    }
}
