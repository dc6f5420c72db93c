// The terms that say where to start from, and how far to go from there.
using System.Globalization;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>The evidence of findings by their cause, where findings are at hand.</summary>
/// <returns>The causes that were found and the events that show each.</returns>
public delegate IReadOnlyDictionary<string, IReadOnlyList<EventId>> FindingEvidence();

sealed partial class QueryBinder
{
    const int UsualDepth = 8; // A request that calls a service that calls a database, each with the exception that came of it.

    readonly List<QuestionStart> _starts = [];
    FindingEvidence? _evidence;
    EventId? _past;
    int _depth = UsualDepth;

    public void Start(QueryTerm term, FollowDirection direction)
    {
        foreach (var value in term.Values)
            if (Event(term, value, out _) is { } id) _starts.Add(new(direction, id));
    }

    public void FlowOf(QueryTerm term)
    {
        if (Event(term, term.Values[0], out var e) is null) return;
        if (e.Flow.IsNone) Wrong(term, $"event {term.Values[0].Text} is of no flow: ask for its thread or its time instead");
        else _query = _query with { Flows = new HandleSet<FlowId>([e.Flow]).And(_query.Flows) };
    }

    public void Depth(QueryTerm term) => _depth = Whole(term, term.Values[0]);

    // That event may be gone by now: what comes after its id is not.
    public void Past(QueryTerm term)
    {
        var value = term.Values[0];
        if (long.TryParse(value.Text.AsSpan().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) _past = new(id);
        else Wrong<EventId>(term, value, $"'{value.Text}' is no event's id: query lists ids");
    }

    // Which side of the event comes after it is known once the order is.
    void GoOn()
    {
        if (_past is not { } past) return;
        _query = _query.Order == EventOrder.NewestFirst ? _query with { ToId = new(Math.Min(_query.ToId.Value, past.Value)) } : _query with { FromId = new(Math.Max(_query.FromId.Value, past.Value == long.MaxValue ? past.Value : past.Value + 1)) };
    }

    public void Cause(QueryTerm term)
    {
        var found = _evidence?.Invoke();
        foreach (var value in term.Values)
        {
            if (found is null) Wrong<EventId>(term, value, "here are no findings at hand: ask a recording");
            else if (found.TryGetValue(value.Text, out var evidence)) _starts.AddRange(evidence.Select(id => new QuestionStart(FollowDirection.Stay, id)));
            else Wrong<EventId>(term, value, found.Count == 0 ? "nothing was found, so there is no cause to ask for" : $"'{value.Text}' was not found{Nearest.Hint(value.Text, found.Keys)}");
        }
    }

    EventId? Event(QueryTerm term, QueryValue value, out ScopeEvent e)
    {
        e = default;
        if (long.TryParse(value.Text.AsSpan().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && history.TryGet(new(id), out e)) return new(id);
        Wrong<EventId>(term, value, $"the history holds no event {value.Text}: query lists ids");
        return null;
    }
}
