// The hot index keeps the contract of every history, and of one that grows. Blocks are small, so that every test crosses many.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Tests.Hot;

[TestClass]
public sealed class HotIndexContractTests : GrowingHistoryContract
{
    protected override Growing Open(Catalog catalog)
    {
        var index = new HotIndex(catalog, new(), new(), blockEvents: 64);
        return new(index, index, index.Prune);
    }
}
