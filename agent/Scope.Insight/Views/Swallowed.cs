// Exceptions that end in a catch of the application without anybody being told. Every async method on the way catches and
// throws again, so only the last catch counts: the one after which it is not thrown again before its request has ended well.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Exceptions of a type that one method keeps to itself.</summary>
internal sealed class SwallowedGroup(MethodId catcher, NameId type)
{
    /// <summary>The application's method that catches.</summary>
    public MethodId Catcher { get; } = catcher;

    /// <summary>The type.</summary>
    public NameId Type { get; } = type;

    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>The routes that answered all the same.</summary>
    public Tally<NameId> Routes { get; } = new();

    /// <summary>Some of them.</summary>
    public TopEvidence Evidence { get; } = new();
}

/// <summary>The swallowed exceptions of the window.</summary>
internal sealed class Swallowed
{
    static readonly KindSet Kinds = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionCaught, EventKind.Request);

    const int Refused = 400; // From here on the caller is told that something is wrong.

    readonly record struct Doing(FlowId Flow, ThreadId Thread);

    readonly record struct Thrown(NameId Type, EventId Id, MethodId Catcher);

    readonly Investigation _at;
    readonly Dictionary<Doing, Thrown> _open = [];
    readonly Dictionary<(MethodId, NameId), SwallowedGroup> _groups = [];

    public Swallowed(Investigation at)
    {
        _at = at;
        at.History.Visit(at.Window(Kinds), (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.ExceptionThrown) Throw(id, e);
            else if (e.Kind == EventKind.ExceptionCaught) Catch(e);
            else if (_open.Remove(new(e.Flow, default), out var kept) && (e.Flags & EventFlags.Error) == 0 && e.Detail < Refused) Count(kept, e.Flow);
            return true;
        });
        foreach (var (doing, kept) in _open) if (doing.Flow.IsNone) Count(kept, default);
    }

    /// <summary>By who catches and what.</summary>
    public IReadOnlyCollection<SwallowedGroup> Groups => _groups.Values;

    // Work of no flow is told apart by its thread.
    static Doing DoingOf(in ScopeEvent e) => e.Flow.IsNone ? new(default, e.Thread) : new(e.Flow, default);

    void Throw(EventId id, in ScopeEvent e)
    {
        var doing = DoingOf(e);
        var again = (_at.Stacks.Of(e.Stack).Marks & FrameMark.Rethrows) != 0;
        if (_open.TryGetValue(doing, out var before) && !again && !IsWrapped(before, e)) Count(before, e.Flow);
        if (_open.Count >= Limits.FlowsFollowed) _open.Clear();
        _open[doing] = new(e.Name, again && before.Type == e.Name ? before.Id : id, default);
    }

    // Who throws from its catch passes the failure on, in other words.
    bool IsWrapped(in Thrown before, in ScopeEvent e) => !before.Catcher.IsNone && _at.Stacks.AppMethodOf(e.Stack) == _at.Stacks.AsWritten(before.Catcher);

    void Catch(in ScopeEvent e)
    {
        if (_open.TryGetValue(DoingOf(e), out var thrown)) _open[DoingOf(e)] = thrown with { Catcher = e.Method };
    }

    void Count(in Thrown kept, FlowId flow)
    {
        if (kept.Catcher.IsNone || !_at.Code.Of(kept.Catcher).IsApplication) return;
        if (!_groups.TryGetValue((kept.Catcher, kept.Type), out var group))
        {
            if (_groups.Count >= Limits.RoutesExamined) return;
            _groups[(kept.Catcher, kept.Type)] = group = new(kept.Catcher, kept.Type);
        }
        group.Count++;
        group.Evidence.Offer(kept.Id, group.Count <= Limits.Evidence ? 1 : 0);
        if (_at.Requests.RouteOf(flow) is { IsNone: false } route) group.Routes.Add(route, 1);
    }
}
