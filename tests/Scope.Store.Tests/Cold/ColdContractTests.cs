using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Testing;

namespace Scope.Store.Tests.Cold;

[TestClass]
public sealed class ColdContractTests : HistoryContract, IDisposable
{
    readonly TemporaryFolder _root = new("cold");
    int _recordings;

    public void Dispose() => _root.Dispose();

    protected override int RandomHistories => 4;

    protected override int RandomQuestions => 60;

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        var archive = new FolderArchive(_root["archive"]);
        return new Translated(new ColdHistory(archive, SegmentedFolder.Archived(archive, _root[$"{Interlocked.Increment(ref _recordings)}.scope"], catalog, events)), catalog, events);
    }
}
