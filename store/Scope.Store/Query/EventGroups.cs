// Groups of events and their numbers, counted as events come: for one answer, or on and on for a view that is kept. The number
// of groups is bounded; events of groups that came later are counted together, so that the counts still add up.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>One row of a table of groups.</summary>
/// <param name="Keys">What the group's parts are, in the order in which they were asked for; null in the row of all others.</param>
/// <param name="Numbers">The aggregates, in the order in which they were asked for.</param>
/// <param name="Events">How many events.</param>
public sealed record GroupRow(IReadOnlyList<string>? Keys, IReadOnlyList<double> Numbers, long Events);

/// <summary>Groups with their numbers.</summary>
/// <param name="Grouping">What was asked for.</param>
/// <param name="Rows">The groups; by time where that comes first, else the largest first.</param>
/// <param name="Other">Events of groups that were not counted apart or are not shown; null when there are none.</param>
/// <param name="Groups">How many groups were counted apart.</param>
/// <param name="Events">How many events in all.</param>
public sealed record GroupTable(Grouping Grouping, IReadOnlyList<GroupRow> Rows, GroupRow? Other, int Groups, long Events);

/// <summary>Counts events by groups. For one thread.</summary>
public sealed class EventGroups(Grouping grouping, FlowRoutes routes)
{
    readonly record struct Key(long First, long Second, long Third);

    readonly Dictionary<Key, GroupNumbers> _groups = [];
    readonly bool _withSketch = grouping.Aggregates.Any(a => a.NeedsSketch), _keepsLargest = grouping.Aggregates[0].Name == "max";
    GroupNumbers? _others;
    EventTime _first = EventTime.Max, _last = EventTime.Min;

    /// <summary>The groups of a query's answer.</summary>
    /// <param name="history">The history that is asked.</param>
    /// <param name="query">Which events.</param>
    /// <param name="grouping">How they are grouped.</param>
    /// <param name="rows">How many groups the table shows.</param>
    public static GroupTable Of(IHistory history, EventQuery query, Grouping grouping, int rows)
    {
        var groups = In(history, grouping);
        history.Visit(query, (EventId _, in ScopeEvent e) =>
        {
            groups.Add(e);
            return true;
        });
        // A rate is over the time that was asked about, as far as there is a history of it.
        var from = query.From > history.First ? query.From : history.First;
        var to = query.To < history.Last ? query.To : history.Last;
        return groups.Table(history.Catalog, rows, to > from ? to - from : 0);
    }

    /// <summary>The groups of some events of a history.</summary>
    public static GroupTable Of(IHistory history, IEnumerable<ScopeEvent> events, Grouping grouping, int rows)
    {
        var groups = In(history, grouping);
        foreach (var e in events) groups.Add(e);
        return groups.Table(history.Catalog, rows);
    }

    static EventGroups In(IHistory history, Grouping grouping) => new(grouping, grouping.NeedsRoutes ? FlowRoutes.In(history) : new());

    /// <summary>Adds an event.</summary>
    public void Add(in ScopeEvent e)
    {
        if (e.Time < _first) _first = e.Time;
        if (e.Time > _last) _last = e.Time;
        var key = new Key(Part(0, e), Part(1, e), Part(2, e));
        if (!_groups.TryGetValue(key, out var group)) group = NewGroup(key);
        group.Add(e);
    }

    /// <summary>The largest groups as a table.</summary>
    /// <param name="catalog">What the events refer to.</param>
    /// <param name="rows">How many groups it shows.</param>
    /// <param name="nanos">How long the events took, for rates; from the first to the last when not said.</param>
    public GroupTable Table(Catalog catalog, int rows, long? nanos = null)
    {
        var seconds = (nanos ?? (_last > _first ? _last - _first : 0)) / 1e9;
        var ranked = Named(catalog).Select(g => (g.Key, Row: new GroupRow(g.Texts, Numbers(g.Numbers, seconds), g.Numbers.Count))).ToList();
        var byTime = grouping.Parts.Count > 0 && grouping.Parts[0].Key.IsTime;
        ranked = byTime ? [.. ranked.OrderBy(r => r.Key.First).ThenByDescending(r => r.Row.Numbers[0])] : [.. ranked.OrderByDescending(r => r.Row.Numbers[0]).ThenBy(r => r.Key.First).ThenBy(r => r.Key.Second).ThenBy(r => r.Key.Third)];
        var hidden = ranked.Skip(rows).Select(r => r.Row.Events).DefaultIfEmpty(0).Sum() + (_others?.Count ?? 0);
        // Quantiles and the like of what is left out as a whole would be of no group at all: only how many is said.
        var other = hidden == 0 ? null : new GroupRow(null, [.. grouping.Aggregates.Select(a => a.Name switch { "count" => hidden, "rate" when seconds > 0 => hidden / seconds, _ => double.NaN })], hidden);
        return new(grouping, [.. ranked.Take(rows).Select(r => r.Row)], other, _groups.Count, ranked.Sum(r => r.Row.Events) + (_others?.Count ?? 0));
    }

    // A method has an id in each process and recording that has it; to who asks for methods it is one.
    IEnumerable<(Key Key, string[] Texts, GroupNumbers Numbers)> Named(Catalog catalog)
    {
        var named = _groups.Select(g => (g.Key, Texts: Texts(catalog, g.Key), Numbers: g.Value));
        if (grouping.Parts.All(part => part.Name != "method")) return named;
        return named.GroupBy(g => string.Join('\0', g.Texts)).Select(same => same.Count() == 1 ? same.First() : (same.First().Key, same.First().Texts, Sum(same.Select(g => g.Numbers))));
    }

    GroupNumbers Sum(IEnumerable<GroupNumbers> all)
    {
        var sum = new GroupNumbers(_withSketch);
        foreach (var numbers in all) sum.Add(numbers);
        return sum;
    }

    GroupNumbers NewGroup(Key key)
    {
        if (_groups.Count >= Limits.QueryGroups && !(_keepsLargest && DropSmallest())) return _others ??= new(withSketch: false);
        return _groups[key] = new(_withSketch);
    }

    // Where groups are ordered by their largest value, the smallest half makes room: what is slowest is not known beforehand.
    bool DropSmallest()
    {
        var middle = _groups.Values.Select(group => group.Most).Order().ElementAt(_groups.Count / 2);
        foreach (var (key, group) in _groups.Where(g => g.Value.Most < middle).ToList())
        {
            (_others ??= new(withSketch: false)).Add(group);
            _groups.Remove(key);
        }
        return _groups.Count < Limits.QueryGroups;
    }

    long Part(int index, in ScopeEvent e) => index < grouping.Parts.Count ? grouping.Parts[index].Key.Part(e, routes, grouping.Parts[index].WidthNanos) : 0;

    string[] Texts(Catalog catalog, Key key) => [.. grouping.Parts.Select((part, i) => part.Key.Text(catalog, i switch { 0 => key.First, 1 => key.Second, _ => key.Third }))];

    double[] Numbers(GroupNumbers group, double seconds)
    {
        var time = grouping.Parts.FirstOrDefault(part => part.WidthNanos > 0);
        return [.. grouping.Aggregates.Select(a => a.Of(group, time.WidthNanos > 0 ? time.WidthNanos / 1e9 : seconds))];
    }
}
