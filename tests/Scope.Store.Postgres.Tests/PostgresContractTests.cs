using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Postgres.Tests;

/// <summary>Events a row each, as they are shipped.</summary>
[TestClass]
public sealed class RawContractTests : PostgresContract
{
    protected override long RawFrom(long events) => 0;
}

/// <summary>Events of hours that are over.</summary>
[TestClass]
public sealed class BatchContractTests : PostgresContract
{
    protected override long RawFrom(long events) => events;
}

/// <summary>An hour of which a part came after it was packed.</summary>
[TestClass]
public sealed class MixedContractTests : PostgresContract
{
    protected override long RawFrom(long events) => events * 2 / 3;
}

public abstract class PostgresContract : HistoryContract
{
    protected override int RandomHistories => 3;

    protected override int RandomQuestions => 50;

    /// <summary>From which of so many events on they stay raw.</summary>
    protected abstract long RawFrom(long events);

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        var hot = new HotIndex(catalog, new Ledger());
        foreach (var e in events) hot.Append(e);
        var name = Database.NewName();
        var cut = RawFrom(events.Count);
        int Until(EventId from, Span<ScopeEvent> into, out EventId first) => hot.Read(from, into[..(int)Math.Min(into.Length, Math.Max(0, cut - from.Value))], out first);
        new PostgresShipper(Database.Source, name, catalog, Until, () => hot.Ledger).ShipAsync().GetAwaiter().GetResult();
        foreach (var hour in events.Take((int)cut).Select(e => Hour.Of(e.Time)).Distinct()) Database.Pack(hour);
        new PostgresShipper(Database.Source, name, catalog, hot.Read, () => hot.Ledger).ShipAsync().GetAwaiter().GetResult();
        return PostgresHistory.OpenAsync(Database.Source, name).GetAwaiter().GetResult()!;
    }
}
