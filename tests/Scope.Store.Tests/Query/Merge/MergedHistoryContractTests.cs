// Three tiers asked as one history keep the contract of one: events move from tier to tier while they are asked for.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Query.Merge;

namespace Scope.Store.Tests.Query.Merge;

[TestClass]
public sealed class MergedHistoryContractTests : GrowingHistoryContract
{
    protected override Growing Open(Catalog catalog)
    {
        var tiers = new MovingTiers(catalog);
        return new(tiers, tiers.History, tiers.Prune);
    }
}

/// <summary>Hot, spool and warm, in blocks of different sizes: each takes what the one before has, and that then drops what it may.</summary>
sealed class MovingTiers : IEventSink
{
    const int HotEvents = 256, SpoolEvents = 1024;

    readonly HotIndex _hot, _spool, _warm;
    readonly ScopeEvent[] _batch = new ScopeEvent[512];
    long _appended;

    public MovingTiers(Catalog catalog)
    {
        _hot = new(catalog, new(), new() { Events = HotEvents }, blockEvents: 32);
        _spool = new(catalog, new(), new() { Events = SpoolEvents }, blockEvents: 64);
        _warm = new(catalog, new(), new() { Events = long.MaxValue }, blockEvents: 128);
        History = new([new("one", "hot", _hot), new("one", "spool", _spool), new("one", "warm", _warm)]);
    }

    public MergedHistory History { get; }

    public EventId Append(in ScopeEvent e)
    {
        var id = _hot.Append(e);
        if (++_appended % 100 == 0) Ship(_hot, _spool);
        if (_appended % 300 == 0) Ship(_spool, _warm);
        return id;
    }

    public void Advance(EventTime noneBefore) => _hot.Advance(noneBefore);

    /// <summary>Drops events for good: from the last tier, and what is as old from the others, whose blocks are smaller.</summary>
    public long Prune(EventTime before)
    {
        Ship(_hot, _spool);
        Ship(_spool, _warm);
        var held = _warm.FirstId.Value;
        _warm.Prune(before);
        foreach (var newer in (HotIndex[])[_spool, _hot]) newer.Prune(before);
        return _warm.FirstId.Value - held;
    }

    void Ship(HotIndex from, HotIndex to)
    {
        while (from.Read(to.NextId, _batch, out var first) is > 0 and var count)
        {
            first.ShouldBe(to.NextId, "what is not shipped yet may not have been dropped");
            foreach (ref readonly var e in _batch.AsSpan(0, count)) to.Append(e);
        }
    }
}
