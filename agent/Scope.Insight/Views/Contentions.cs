// Who waited for which lock, how long, where, and what the lock's owner did in the meantime.
using Scope.Events;
using Scope.Store;

namespace Scope.Insight.Views;

/// <summary>One lock.</summary>
internal sealed class LockStats(NameId name)
{
    /// <summary>Its name: the runtime's number for it.</summary>
    public NameId Name { get; } = name;

    /// <summary>How often a thread had to wait.</summary>
    public long Waits { get; set; }

    /// <summary>How long all of them waited, ns.</summary>
    public long TotalNanos { get; set; }

    /// <summary>The longest wait, ns.</summary>
    public long LongestNanos { get; set; }

    /// <summary>Of the time, that of requests.</summary>
    public long RequestNanos { get; set; }

    /// <summary>The application's methods that waited, by time.</summary>
    public Tally<MethodId> Waiters { get; } = new();

    /// <summary>The routes that waited, by time.</summary>
    public Tally<NameId> Routes { get; } = new();

    /// <summary>The longest waits.</summary>
    public TopEvidence Longest { get; } = new(Limits.ContentionsExamined);
}

/// <summary>What owners of a lock did while others waited, by sampled time.</summary>
/// <param name="Holders">The methods that hold the lock: those that take it too, else the owner's deepest.</param>
/// <param name="Inside">The deepest application methods of the owners.</param>
/// <param name="Waits">What the owners stood still in, by time.</param>
/// <param name="BusyNanos">How long they were seen.</param>
internal sealed record LockOwners(Tally<MethodId> Holders, Tally<MethodId> Inside, Tally<Wait> Waits, long BusyNanos);

/// <summary>The contention of the window.</summary>
internal sealed class Contentions
{
    readonly Investigation _at;
    readonly Dictionary<NameId, LockStats> _locks = [];
    readonly Dictionary<ThreadId, (EventId Id, ScopeEvent Event)> _waiting = [];

    public Contentions(Investigation at)
    {
        _at = at;
        at.History.Visit(at.Window(KindSet.Of(EventKind.ContentionStart, EventKind.Contention)), (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.ContentionStart) _waiting[e.Thread] = (id, e);
            else
            {
                _waiting.Remove(e.Thread);
                Take(id, e, e.Value);
            }
            return true;
        });
        // Who still waits has waited until now: in a hang these are all there is.
        foreach (var (id, e) in _waiting.Values) Take(id, e, at.To - e.Time);
    }

    /// <summary>By lock.</summary>
    public IReadOnlyCollection<LockStats> Locks => _locks.Values;

    /// <summary>Waits that had not ended when the window did.</summary>
    public IEnumerable<EventId> StillWaiting => _waiting.Values.OrderBy(w => w.Event.Time).Select(w => w.Id);

    /// <summary>What the owners of a lock did during its longest waits.</summary>
    public LockOwners OwnersOf(LockStats held)
    {
        var owners = new LockOwners(new(), new(), new(), 0);
        long busy = 0;
        foreach (var id in held.Longest.Ids)
        {
            if (!_at.History.TryGet(id, out var wait) || wait.Related.IsNone) continue;
            var from = wait.Kind == EventKind.Contention ? wait.StartTime : wait.Time;
            var to = wait.Kind == EventKind.Contention ? wait.Time : _at.To;
            var samples = new EventQuery { From = from, To = to + 1, Thread = wait.Related.AsThread, Kinds = KindSet.Of(EventKind.CpuSample), Limit = Limits.ContentionsExamined };
            _at.History.Visit(samples, (EventId _, in ScopeEvent sample) =>
            {
                busy += sample.Value;
                Add(owners, held, sample);
                return true;
            });
        }
        return owners with { BusyNanos = busy };
    }

    void Add(LockOwners owners, LockStats held, in ScopeEvent sample)
    {
        var fact = _at.Stacks.Of(sample.Stack);
        // An owner that waits for a lock has given this one away, to queue for it again: who has it now is another's wait to tell.
        if (fact.App.IsNone || fact is { IsBlocked: true, Wait: Wait.Lock }) return;
        var methods = _at.Stacks.AppMethods(sample.Stack).ToList();
        // The owner took the lock somewhere on its stack. A method that waits for this lock elsewhere is known to take it.
        var taker = methods.Find(held.Waiters.Has);
        owners.Holders.Add(taker.IsNone ? methods[0] : taker, sample.Value);
        owners.Inside.Add(methods[0], sample.Value);
        if (fact.IsBlocked) owners.Waits.Add(fact.Wait, sample.Value);
    }

    void Take(EventId id, in ScopeEvent e, long nanos)
    {
        if (nanos <= 0) return;
        if (!_locks.TryGetValue(e.Name, out var held))
        {
            if (_locks.Count >= Limits.RoutesExamined) return;
            _locks[e.Name] = held = new(e.Name);
        }
        held.Waits++;
        held.TotalNanos += nanos;
        held.LongestNanos = Math.Max(held.LongestNanos, nanos);
        held.Longest.Offer(id, nanos);
        if (_at.AppMethodOf(e) is { IsNone: false } waiter) held.Waiters.Add(waiter, nanos);
        if (_at.Requests.RouteOf(e.Flow) is not { IsNone: false } route) return;
        held.RequestNanos += nanos;
        held.Routes.Add(route, nanos);
    }
}
