// One run of the diagnosis: a window of a history and the views of it that causes share. A view is made when the first
// cause asks for it, in one pass over the events it needs, since a window may hold millions.
using Scope.Code;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;
using Scope.Store;

namespace Scope.Insight;

/// <summary>What the causes look at.</summary>
internal sealed class Investigation
{
    readonly Lazy<Requests> _requests;
    readonly Lazy<Samples> _samples;
    readonly Lazy<ThrownExceptions> _exceptions;
    readonly Lazy<Contentions> _contentions;
    readonly Lazy<PoolTimeline> _pool;
    readonly Lazy<Memory> _memory;
    readonly Lazy<IReadOnlyList<SeenSnapshot>> _snapshots;
    readonly Lazy<MetricSeries> _metrics;
    readonly Lazy<HeapGrowth> _heap;
    readonly Lazy<Swallowed> _swallowed;
    readonly Lazy<Connections> _connections;

    public Investigation(IHistory history, EventTime from, EventTime to, CodePlaces code)
    {
        (History, From, To, Code) = (history, from, to, code);
        Stacks = new(history.Catalog, code);
        Actions = new(this);
        _requests = new(() => new(this));
        _samples = new(() => new(this));
        _exceptions = new(() => new(this));
        _contentions = new(() => new(this));
        _pool = new(() => new(this));
        _memory = new(() => new(this));
        _snapshots = new(() => [.. history.Snapshots.Where(s => s.Time >= from && s.Time < to).OrderBy(s => s.Time).Select(s => new SeenSnapshot(s, history.EventOf(s), new(history.Catalog, s)))]);
        _metrics = new(() => new(this));
        _heap = new(() => new(this));
        _swallowed = new(() => new(this));
        _connections = new(() => new(this));
        Processors = history.Catalog.Targets.All.Select(target => target.ProcessorCount).DefaultIfEmpty().Max();
    }

    public IHistory History { get; }

    public EventTime From { get; }

    public EventTime To { get; }

    /// <summary>The length of the window; never 0, so that it can be divided by.</summary>
    public double Nanos => Math.Max(1, To - From);

    public double Seconds => Nanos / 1e9;

    public Catalog Catalog => History.Catalog;

    public CodePlaces Code { get; }

    /// <summary>Processors that the target may use; 0 when not known.</summary>
    public int Processors { get; }

    public StackFacts Stacks { get; }

    public Actions Actions { get; }

    public Requests Requests => _requests.Value;

    public Samples Samples => _samples.Value;

    public ThrownExceptions Exceptions => _exceptions.Value;

    public Contentions Contentions => _contentions.Value;

    public PoolTimeline Pool => _pool.Value;

    public MetricSeries Metrics => _metrics.Value;

    public Swallowed Swallowed => _swallowed.Value;

    public Connections Connections => _connections.Value;

    public HeapGrowth Heap => _heap.Value;

    public Memory Memory => _memory.Value;

    /// <summary>What a snapshot taken now would decide; a cause sets it that cannot tell without one.</summary>
    public string SnapshotWanted { get; set; } = "";

    /// <summary>The snapshots that were taken in the window, the earliest first.</summary>
    public IReadOnlyList<SeenSnapshot> Snapshots => _snapshots.Value;

    /// <summary>The question for these kinds in the window, oldest first.</summary>
    public EventQuery Window(KindSet kinds) => new() { From = From, To = To, Kinds = kinds };

    /// <summary>The application's deepest method on a stack; where it has none and a route's action is called there, the action.</summary>
    public MethodId AppMethodOf(StackId stack, NameId route) =>
        Stacks.AppMethodOf(stack) is { IsNone: false } method ? method : Stacks.Of(stack).CallsAction ? Actions.Of(route) : default;

    /// <summary>The application's deepest method on an event's stack, or the action of its request.</summary>
    public MethodId AppMethodOf(in ScopeEvent e) => AppMethodOf(e.Stack, Requests.RouteOf(e.Flow));

    /// <summary>A method for a sentence: its name and, when a PDB is at hand, where it stands.</summary>
    public string Place(MethodId method) => Code.LineOf(method) is { } line ? $"{Code.Of(method).Name.Full} ({line.Short})" : Code.Of(method).Name.Full;

    /// <summary>A method's name as written.</summary>
    public string NameOf(MethodId method) => Code.Of(method).Name.Full;
}

/// <summary>A snapshot as causes see it.</summary>
/// <param name="State">What it holds.</param>
/// <param name="Event">The event that tells of it: its evidence; none when the history lost it.</param>
/// <param name="Code">Its methods and stacks as the handles that events have.</param>
internal sealed record SeenSnapshot(Snapshot State, EventId Event, SnapshotCode Code);
