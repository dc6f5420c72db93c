// One view of one history that grows: what it has seen stays counted, and only what came since is read.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>A view, kept. For one thread.</summary>
public sealed class StandingGroups
{
    readonly IHistory _history;
    readonly StandingView _view;
    readonly FlowRoutes _routes = new();
    readonly EventGroups _groups;
    EventId _next;

    /// <param name="history">The history, which may grow; what is new in it is told by ids, so one of several recordings is looked at once.</param>
    /// <param name="view">What is kept of it.</param>
    public StandingGroups(IHistory history, StandingView view)
    {
        (_history, _view) = (history, view);
        _groups = new(view.Grouping, _routes);
    }

    /// <summary>How many events it has counted.</summary>
    public long Seen { get; private set; }

    /// <summary>Looks at what came since the last time, and gives the table as it is now.</summary>
    /// <param name="rows">How many groups it shows.</param>
    public GroupTable Table(int rows)
    {
        var end = _history.NextId; // What comes later is for the next time, and so is looked at once.
        var (from, to) = (_next, end);
        _next = end;
        if (_view.Grouping.NeedsRoutes)
            _history.Visit(new() { Kinds = FlowRoutes.Kinds, FromId = from, ToId = to }, (EventId _, in ScopeEvent e) =>
            {
                _routes.Learn(e);
                return true;
            });
        _history.Visit(_view.Query with { FromId = from, ToId = to }, (EventId _, in ScopeEvent e) =>
        {
            _groups.Add(e);
            Seen++;
            return true;
        });
        return _groups.Table(_history.Catalog, rows);
    }
}
