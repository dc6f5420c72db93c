// Finds out what belongs together. Events come in the order of their time from all sources of all targets and go on, each
// with its span, parent and flow, to the hot index; links between them follow as events of their own.
//
//  1. Starts and ends of spans keep a table of the spans that events can belong to (SpanTable, SpanStage).
//  2. What the runtime tells carries a runtime activity at best; it is looked up in that table (ActivityOwners).
//  3. Samples and probes carry nothing; which activity a thread is in comes from the task library's events (ThreadTable, TaskStage).
//  4. Each kind of event has its rule in one table below; what has no rule goes on as it came.
//
// One thread; in the steady state nothing is allocated.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Attributes events to spans and links them. As a sink it takes what the merge gives.</summary>
public sealed class Correlator : IEventSink
{
    delegate void Rule(ref ScopeEvent e);

    readonly CorrelatorState _state;
    readonly SpanStage _spans;
    readonly Rule?[] _rules = new Rule?[64];

    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="ledger">The account of the recording.</param>
    /// <param name="output">Where events go, in order: the hot index.</param>
    public Correlator(Catalog catalog, Ledger ledger, IEventSink output)
    {
        _state = new(catalog, ledger, output);
        _spans = new(_state);
        var faults = new FaultStage(_state);
        var tasks = new TaskStage(_state, faults);
        var samples = new SampleStage(_state);
        foreach (var end in (EventKind[])[EventKind.Request, EventKind.ClientCall, EventKind.Sql, EventKind.Message, EventKind.Activity])
        {
            _rules[(int)end - 1] = _spans.Start;
            _rules[(int)end] = _spans.End;
        }
        _rules[(int)EventKind.ExceptionThrown] = faults.Thrown;
        _rules[(int)EventKind.StateChange] = faults.StateChanged;
        _rules[(int)EventKind.PoolAdjust] = faults.PoolAdjusted;
        _rules[(int)EventKind.Contention] = faults.Contended;
        _rules[(int)EventKind.TaskScheduled] = tasks.Scheduled;
        _rules[(int)EventKind.TaskStarted] = tasks.Started;
        _rules[(int)EventKind.TaskWaitStart] = tasks.WaitBegun;
        _rules[(int)EventKind.TaskWait] = tasks.WaitEnded;
        _rules[(int)EventKind.ActivitySet] = tasks.ActivitySet;
        _rules[(int)EventKind.CpuSample] = samples.Sampled;
        foreach (var probed in (EventKind[])[EventKind.MethodEnter, EventKind.MethodLeave, EventKind.MethodException]) _rules[(int)probed] = samples.Probed;
    }

    /// <summary>Spans open now.</summary>
    public int OpenSpans => _state.Spans.OpenCount;

    /// <summary>How many of the events that can belong to a span do.</summary>
    public long Attributed => _state.Attributed;

    /// <summary>How many of the events that can belong to a span belong to none that we know.</summary>
    public long Unattributed => _state.Unattributed;

    /// <summary>Takes one event, fills what can be known of it and passes it on.</summary>
    public void Process(ref ScopeEvent e)
    {
        _state.Last = EventId.None;
        if (_rules[(int)e.Kind & 63] is { } rule)
        {
            rule(ref e);
            return;
        }
        _state.Attribute(ref e);
        _state.Emit(ref e);
    }

    /// <inheritdoc/>
    public EventId Append(in ScopeEvent e)
    {
        var own = e;
        Process(ref own);
        return _state.Last;
    }

    /// <inheritdoc/>
    public void Advance(EventTime noneBefore) => _state.Output.Advance(noneBefore);

    /// <summary>A target has gone, or we stop: spans that are still open are told as far as they are known. None means all targets.</summary>
    public void Flush(EventTime at, TargetId target = default) => _spans.Flush(at, target);
}
