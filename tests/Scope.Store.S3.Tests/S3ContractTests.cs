using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Testing;

namespace Scope.Store.S3.Tests;

[TestClass]
public sealed class S3ContractTests : HistoryContract, IDisposable
{
    readonly TemporaryFolder _root = new("cold");
    readonly S3Archive _archive = Bucket.NewArchive();
    int _recordings;

    protected override int RandomHistories => 2;

    protected override int RandomQuestions => 40;

    public void Dispose()
    {
        _root.Dispose();
        _archive.Dispose();
    }

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events) =>
        new Translated(new ColdHistory(_archive, SegmentedFolder.Archived(_archive, _root[$"{Interlocked.Increment(ref _recordings)}.scope"], catalog, events)), catalog, events);
}
