// The exceptions of the window, by type and by the application's method that they were thrown in or under.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Exceptions of one type from one place.</summary>
internal sealed class ExceptionGroup(NameId type, MethodId thrower)
{
    /// <summary>The type.</summary>
    public NameId Type { get; } = type;

    /// <summary>The application's deepest method on the stack; none when the stack has none.</summary>
    public MethodId Thrower { get; } = thrower;

    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>The routes on whose behalf they were thrown.</summary>
    public Tally<NameId> Routes { get; } = new();

    /// <summary>The application's methods further up, by how many of the exceptions passed them.</summary>
    public Tally<MethodId> Callers { get; } = new();

    /// <summary>Some of them.</summary>
    public TopEvidence Evidence { get; } = new();
}

/// <summary>The exceptions of the window.</summary>
internal sealed class ThrownExceptions
{
    readonly Investigation _at;
    readonly Dictionary<(NameId Type, MethodId Thrower), ExceptionGroup> _groups = [];

    public ThrownExceptions(Investigation at)
    {
        _at = at;
        at.History.Visit(at.Window(KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionCaught, EventKind.ExceptionUnhandled)), (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.ExceptionCaught) _uncaught.Remove(e.Thread);
            else Take(id, e);
            return true;
        });
    }

    /// <summary>By type and place.</summary>
    public IReadOnlyCollection<ExceptionGroup> Groups => _groups.Values;

    /// <summary>How many were thrown.</summary>
    public long Count { get; private set; }

    /// <summary>How often one of them was passed on through an await.</summary>
    public long Rethrown { get; private set; }

    /// <summary>Those that nobody caught.</summary>
    public List<EventId> Unhandled { get; } = [];

    /// <summary>The last throw of a type, first or passed on, with a frame of the application; none when there was none.</summary>
    public EventId LastOfApplication(NameId type) => _lastOfApplication.GetValueOrDefault(type, EventId.None);

    readonly Dictionary<NameId, EventId> _lastOfApplication = [];

    /// <summary>The last throw after which its thread caught nothing; none when all were caught.</summary>
    public EventId Uncaught => _uncaught.Values.DefaultIfEmpty((Id: EventId.None, At: EventTime.Min)).MaxBy(thrown => thrown.At).Id;

    readonly Dictionary<ThreadId, (EventId Id, EventTime At)> _uncaught = [];

    /// <summary>The last throw.</summary>
    public EventId LastThrown { get; private set; } = EventId.None;

    void Take(EventId id, in ScopeEvent e)
    {
        if (e.Kind == EventKind.ExceptionUnhandled)
        {
            if (Unhandled.Count < Limits.Evidence) Unhandled.Add(id);
            return;
        }
        LastThrown = id;
        _uncaught[e.Thread] = (id, e.Time);
        if (!_at.Stacks.AppMethodOf(e.Stack).IsNone) _lastOfApplication[e.Name] = id;
        // Each await up the chain throws it again: that is one exception, and its first throw tells where it is from.
        if ((_at.Stacks.Of(e.Stack).Marks & FrameMark.Rethrows) != 0)
        {
            Rethrown++;
            return;
        }
        Count++;
        var thrower = _at.AppMethodOf(e);
        if (!_groups.TryGetValue((e.Name, thrower), out var group))
        {
            if (_groups.Count >= Limits.RoutesExamined) return;
            _groups[(e.Name, thrower)] = group = new(e.Name, thrower);
        }
        group.Count++;
        group.Evidence.Offer(id, group.Count <= Limits.Evidence ? 1 : 0); // All weigh the same: the first few do.
        if (_at.Requests.RouteOf(e.Flow) is { IsNone: false } route) group.Routes.Add(route, 1);
        foreach (var caller in _at.Stacks.AppMethods(e.Stack).Skip(1).Distinct()) group.Callers.Add(caller, 1);
    }
}
