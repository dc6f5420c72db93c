// Identities of flows: a W3C trace id, or none for a flow that only the runtime knows. Bounded as Spans is.
namespace Scope.Events;

/// <summary>The flow identities of a recording.</summary>
public sealed class Flows
{
    readonly Spans _table = new();

    /// <summary>The flow of a trace id.</summary>
    public FlowId Intern(UInt128 traceId) => new(_table.Intern(new(traceId, 1)).Value);

    /// <summary>A new flow without a trace id.</summary>
    public FlowId New() => new(_table.New().Value);

    /// <summary>Goes on after an id; those up to it that were not given get no meaning.</summary>
    public void Skip(int lastId) => _table.Skip(lastId);

    /// <summary>The flow of a trace id if it is remembered, else none.</summary>
    public FlowId Find(UInt128 traceId) => new(_table.Find(new(traceId, 1)).Value);

    /// <summary>The trace id of a flow, 0 when it has none.</summary>
    public UInt128 this[FlowId id] => _table[new SpanId(id.Value)].TraceOrActivity;

    /// <summary>The trace id in lower-case hex, or "" when it has none.</summary>
    public string Text(FlowId id) => this[id] is var trace && trace != 0 ? trace.ToString("x32") : "";

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;

    /// <summary>No id before this one is remembered any more.</summary>
    public int FirstId => _table.FirstId;

    /// <summary>The bytes of all identities that are held.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Forgets what no event held any more can need, as <see cref="Spans.Forget"/> does.</summary>
    public void Forget(int usedAt, Func<int, bool> isHeld) => _table.Forget(usedAt, isHeld);
}
