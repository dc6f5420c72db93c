// The events of one recording from its tiers, page by page, each event once, while they move from tier to tier.
//
// How it works
//  1. Tiers stand newest first. Each holds everything from its oldest event (its floor) on; what is older is in the next one.
//     So ids above a floor are asked of that tier and ids below it of the older ones, and no event comes twice, however much
//     of it both hold.
//  2. An event leaves a tier only when it is in the next one already. So a floor that was read before the older tier is
//     asked is safe: what lies below it is there.
//  3. A tier may drop events while it is read. Its floor is read again after each page: when it rose above where the page
//     began, events may be missing from the page; those are read from the older tiers.
//  4. What comes after the question was put is not chased: the answer ends where the newest tier ended then.
using Scope.Events;

namespace Scope.Store.Query.Merge;

/// <summary>One answer of one recording, being read.</summary>
sealed class RecordingPages
{
    const int FirstPage = 1 << 8, Growth = 4;

    readonly PartReader[] _tiers;
    readonly EventQuery _query;
    readonly AnswerCost _cost;
    long _from, _to, _left;
    int _page = FirstPage;

    /// <param name="tiers">The tiers, newest first.</param>
    /// <param name="query">The question, in the answer's handles and the recording's own event ids.</param>
    /// <param name="cost">Where it is counted.</param>
    public RecordingPages(PartReader[] tiers, EventQuery query, AnswerCost cost)
    {
        (_tiers, _query, _cost) = (tiers, query, cost);
        (_from, _to, _left) = (Math.Max(0, query.FromId.Value), Math.Min(query.ToId.Value, tiers[0].History.NextId.Value), query.Limit);
        // What is wanted lies wholly in this tier or newer ones: older ones need not be asked.
        foreach (var history in tiers.SkipLast(1).Select(tier => tier.History))
        {
            var floor = history.FirstId.Value; // Before its time: events below it are not later than any that is the first afterwards.
            if (query.From <= history.First) continue;
            _from = Math.Max(_from, floor);
            break;
        }
    }

    /// <summary>The next events, in the order of the question and with the recording's own ids; empty after the last.</summary>
    public List<StoredEvent> Next()
    {
        var wanted = (int)Math.Min(_page, _left);
        if (wanted <= 0 || _from >= _to) return [];
        _page = Math.Min(_page * Growth, Limits.AnswerPage);
        var page = _query.Order == EventOrder.OldestFirst ? Oldest(0, _from, _to, wanted) : Newest(0, _from, _to, wanted);
        _left = page.Count < wanted ? 0 : _left - page.Count;
        if (page.Count > 0 && _query.Order == EventOrder.OldestFirst) _from = page[^1].Id.Value + 1;
        else if (page.Count > 0) _to = page[^1].Id.Value;
        return page;
    }

    List<StoredEvent> Oldest(int tier, long from, long to, int wanted)
    {
        if (from >= to || wanted <= 0) return [];
        if (tier == _tiers.Length - 1) return Ask(tier, from, to, wanted);
        var floor = FloorOf(tier);
        if (from >= floor)
        {
            var page = Ask(tier, from, to, wanted);
            floor = FloorOf(tier);
            if (floor <= from) return page;
        }
        var rows = Oldest(tier + 1, from, Math.Min(floor, to), wanted);
        if (rows.Count < wanted) rows.AddRange(Oldest(tier, floor, to, wanted - rows.Count));
        return rows;
    }

    List<StoredEvent> Newest(int tier, long from, long to, int wanted)
    {
        if (from >= to || wanted <= 0) return [];
        if (tier == _tiers.Length - 1) return Ask(tier, from, to, wanted);
        var floor = FloorOf(tier);
        var rows = to <= floor ? [] : Ask(tier, Math.Max(from, floor), to, wanted);
        if (FloorOf(tier) is var now && now > floor && to > floor)
        {
            floor = now;
            rows.RemoveAll(row => row.Id.Value < now);
        }
        if (rows.Count < wanted) rows.AddRange(Newest(tier + 1, from, Math.Min(floor, to), wanted - rows.Count));
        return rows;
    }

    long FloorOf(int tier) => _tiers[tier].History.FirstId.Value;

    List<StoredEvent> Ask(int tier, long from, long to, int wanted) => _tiers[tier].List(_query with { FromId = new(from), ToId = new(to), Limit = wanted }, _cost);
}
