// The contract of all histories, for each engine and each state that hours are in.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

/// <summary>Events a row each, as they are shipped.</summary>
public abstract class RawContract : PostgresContract
{
    protected override long RawFrom(long events) => 0;
}

/// <summary>Events of hours that are over.</summary>
public abstract class ClosedContract : PostgresContract
{
    protected override long RawFrom(long events) => events;
}

/// <summary>An hour of which a part came after it was closed.</summary>
public abstract class MixedContract : PostgresContract
{
    protected override long RawFrom(long events) => events * 2 / 3;
}

public abstract class PostgresContract : HistoryContract
{
    static readonly Dictionary<WarmChoice, EngineDatabase> s_databases = [];

    protected abstract WarmEngineChoice Kind { get; }

    protected virtual WarmLayoutChoice Layout => WarmLayoutChoice.Auto;

    protected override int RandomHistories => 3;

    protected override int RandomQuestions => 50;

    /// <summary>From which of so many events on they stay raw.</summary>
    protected abstract long RawFrom(long events);

    protected override IHistory Filled(Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        if (!s_databases.TryGetValue(new(Kind, Layout), out var own)) s_databases[new(Kind, Layout)] = own = EngineDatabase.MakeAsync(Kind, Layout).GetAwaiter().GetResult();
        var hot = new HotIndex(catalog, new Ledger());
        foreach (var e in events) hot.Append(e);
        var name = Database.NewName();
        var cut = RawFrom(events.Count);
        int Until(EventId from, Span<ScopeEvent> into, out EventId first) => hot.Read(from, into[..(int)Math.Min(into.Length, Math.Max(0, cut - from.Value))], out first);
        new PostgresShipper(own.Source, name, catalog, Until, () => hot.Ledger).ShipAsync().GetAwaiter().GetResult();
        foreach (var hour in events.Take((int)cut).Select(e => Hour.Of(e.Time)).Distinct())
            Deadline.Until("the hour to be free", () => WarmEngines.Of(Kind).CloseAsync(own.Source, hour, CancellationToken.None).GetAwaiter().GetResult() is not null);
        new PostgresShipper(own.Source, name, catalog, hot.Read, () => hot.Ledger).ShipAsync().GetAwaiter().GetResult();
        return PostgresHistory.OpenAsync(own.Source, name).GetAwaiter().GetResult()!;
    }

    /// <summary>Drops what was made; to be called once, in the end.</summary>
    internal static async Task DropAsync()
    {
        foreach (var database in s_databases.Values) await database.DisposeAsync();
    }
}

/// <summary>The same of Native.</summary>
[TestClass]
public sealed class NativeRawContractTests : RawContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;
}

/// <summary>The same of Native.</summary>
[TestClass]
public sealed class NativeClosedContractTests : ClosedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;
}

/// <summary>The same of Native.</summary>
[TestClass]
public sealed class NativeMixedContractTests : MixedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;
}

/// <summary>The same of Native in arrays.</summary>
[TestClass]
public sealed class NativeSqlClosedContractTests : ClosedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;

    protected override WarmLayoutChoice Layout => WarmLayoutChoice.Sql;
}

/// <summary>The same of Native in arrays.</summary>
[TestClass]
public sealed class NativeSqlMixedContractTests : MixedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;

    protected override WarmLayoutChoice Layout => WarmLayoutChoice.Sql;
}

/// <summary>The same of Timescale.</summary>
[TestClass]
public sealed class TimescaleRawContractTests : RawContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Timescale;
}

/// <summary>The same of Timescale.</summary>
[TestClass]
public sealed class TimescaleClosedContractTests : ClosedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Timescale;
}

/// <summary>The same of Timescale.</summary>
[TestClass]
public sealed class TimescaleMixedContractTests : MixedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Timescale;
}

/// <summary>The same of Citus.</summary>
[TestClass]
public sealed class CitusRawContractTests : RawContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Citus;
}

/// <summary>The same of Citus.</summary>
[TestClass]
public sealed class CitusClosedContractTests : ClosedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Citus;
}

/// <summary>The same of Citus.</summary>
[TestClass]
public sealed class CitusMixedContractTests : MixedContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Citus;
}
