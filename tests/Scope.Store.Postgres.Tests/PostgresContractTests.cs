using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class PostgresContractTests : HistoryContract
{
    protected override int RandomHistories => 4;

    protected override int RandomQuestions => 60;

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        var hot = new HotIndex(catalog, new Ledger());
        foreach (var e in events) hot.Append(e);
        var name = Database.NewName();
        new PostgresShipper(Database.Source, name, catalog, hot.Read, () => hot.Ledger).ShipAsync().GetAwaiter().GetResult();
        return PostgresHistory.OpenAsync(Database.Source, name).GetAwaiter().GetResult()!;
    }
}
