// What threads did, by the runtime's sampler and by every other event that brings a stack. One pass; equal stacks of a
// route are counted together, so that what is asked later costs the distinct stacks only.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Equal stacks on behalf of one route.</summary>
internal sealed class StackGroup
{
    /// <summary>Time running, ns.</summary>
    public long RunningNanos;
    /// <summary>Time standing still, ns.</summary>
    public long BlockedNanos;
    /// <summary>Samples and other events with this stack.</summary>
    public int Count;
    /// <summary>One of them.</summary>
    public EventId Example;
}

/// <summary>Stacks of the window.</summary>
internal sealed class Samples
{
    const int ManagedCode = 2; // A CPU sample's detail: the thread was in managed code, so it was not waiting in the kernel.

    static readonly KindSet Kinds = KindSet.Of(EventKind.ThreadTimeSample, EventKind.CpuSample, EventKind.Allocation, EventKind.ExceptionThrown, EventKind.Contention, EventKind.ContentionStart);

    readonly Investigation _at;
    readonly Dictionary<ThreadId, long> _timeOfThread = [];

    public Samples(Investigation at)
    {
        _at = at;
        at.History.Visit(at.Window(Kinds), (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.ThreadTimeSample) ToldNanos += e.Value;
            else if (!e.Stack.IsNone) Take(id, e);
            return true;
        });
        Spread(at.Nanos / Math.Max(1, _timeOfThread.Values.DefaultIfEmpty().Max()));
    }

    /// <summary>Equal stacks of one route counted together.</summary>
    public Dictionary<(StackId Stack, NameId Route), StackGroup> Groups { get; } = [];

    /// <summary>How many CPU samples there are.</summary>
    public long Count { get; private set; }

    /// <summary>Time that threads ran, ns as sampled.</summary>
    public long RunningNanos { get; private set; }

    /// <summary>CPU time of all threads as the OS tells it, ns; 0 when it was not asked.</summary>
    public long ToldNanos { get; private set; }

    /// <summary>Processors in use on average, by the OS where it was asked, else by the samples; never more than there are.</summary>
    public double Cores => Math.Min((ToldNanos > 0 ? ToldNanos : RunningNanos) / _at.Nanos, _at.Processors > 0 ? _at.Processors : double.MaxValue);

    /// <summary>The share of the processors in use, 0 to 1; by one processor when their number is not known.</summary>
    public double Utilisation => Cores / Math.Max(1, _at.Processors);

    /// <summary>Sampled time as average number of threads.</summary>
    public double Threads(double nanos) => nanos / _at.Nanos;

    /// <summary>
    /// The application's methods that call a sort of library on behalf of a route, by how many stacks show it. Async
    /// methods stand on a stack only while they run, so every event with a stack counts, not the samples alone.
    /// </summary>
    public Tally<MethodId> Callers(NameId route, Callee callee)
    {
        var callers = new Tally<MethodId>();
        foreach (var ((stack, of), group) in Groups)
            if (of == route && _at.Stacks.Of(stack).Callee == callee && _at.AppMethodOf(stack, of) is { IsNone: false } method)
                callers.Add(method, group.Count);
        return callers;
    }

    /// <summary>The application's methods that call a sort of library on behalf of anybody, by how many stacks show it.</summary>
    public Tally<MethodId> Callers(Callee callee) => CallersBy(callee, group => group.Count);

    /// <summary>The application's methods by the time that they run inside of a sort of library, ns.</summary>
    public Tally<MethodId> RunningIn(Callee callee) => CallersBy(callee, group => group.RunningNanos);

    Tally<MethodId> CallersBy(Callee callee, Func<StackGroup, double> weight)
    {
        var callers = new Tally<MethodId>();
        foreach (var ((stack, _), group) in Groups)
            if (_at.Stacks.Of(stack) is var fact && fact.Callee == callee && !fact.App.IsNone && weight(group) is > 0 and var amount)
                callers.Add(_at.Stacks.MethodOf(fact.App), amount);
        return callers;
    }

    /// <summary>The application's deepest methods on behalf of a route, by how many stacks show them.</summary>
    public Tally<MethodId> AppMethods(NameId route)
    {
        var methods = new Tally<MethodId>();
        foreach (var ((stack, of), group) in Groups)
            if (of == route && _at.AppMethodOf(stack, of) is { IsNone: false } method)
                methods.Add(method, group.Count);
        return methods;
    }

    void Take(EventId id, in ScopeEvent e)
    {
        var route = _at.Requests.RouteOf(e.Flow);
        ref var group = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Groups, (e.Stack, route), out _);
        group ??= new() { Example = id };
        group.Count++;
        if (e.Kind != EventKind.CpuSample) return;
        Count++;
        _timeOfThread[e.Thread] = _timeOfThread.GetValueOrDefault(e.Thread) + e.Value;
        if (IsRunning(e))
        {
            group.RunningNanos += e.Value;
            RunningNanos += e.Value;
        }
        else group.BlockedNanos += e.Value;
    }

    /// <summary>
    /// The sampler may run in bursts, and falls behind on a loaded machine. The thread that is there all the time shows what
    /// share of the window was sampled; what was seen in that share is taken for the whole.
    /// </summary>
    void Spread(double factor)
    {
        if (Count == 0 || factor <= 1) return;
        RunningNanos = (long)(RunningNanos * factor);
        foreach (var group in Groups.Values)
            (group.RunningNanos, group.BlockedNanos) = ((long)(group.RunningNanos * factor), (long)(group.BlockedNanos * factor));
    }

    /// <summary>
    /// The runtime samples every thread, also those that stand still. In managed code it ran; outside, the frames tell. A top
    /// frame without a name is a call into native code, and such calls mostly wait.
    /// </summary>
    public bool IsRunning(in ScopeEvent e) => (e.Flags & EventFlags.OnCpu) != 0
        && (e.Detail == ManagedCode ? !IsIdle(_at.Stacks.Of(e.Stack)) : !_at.Stacks.MethodOf(e.Stack).IsNone && !_at.Stacks.Of(e.Stack).IsBlocked);

    static bool IsIdle(in StackFact fact) => fact is { IsBlocked: true, Wait: Wait.Idle };
}
