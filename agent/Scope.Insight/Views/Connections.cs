// How connections to others come about: the runtime's own activities of name resolution, TLS handshakes and connection
// set-up (.NET 9 and later). They stand beside the requests that cause them, not below.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>One sort of step on the way to a connection.</summary>
internal sealed class ConnectionStep(string text, params string[] begins)
{
    /// <summary>What it is, for a sentence.</summary>
    public string Text { get; } = text;

    /// <summary>How long they took.</summary>
    public LatencySketch Latency { get; } = new();

    /// <summary>To whom, by time.</summary>
    public Tally<NameId> Names { get; } = new();

    /// <summary>The slowest.</summary>
    public TopEvidence Slowest { get; } = new();

    /// <summary>Adds one.</summary>
    public void Add(EventId id, NameId to, long nanos)
    {
        Latency.Add(nanos);
        Names.Add(to, nanos);
        Slowest.Offer(id, nanos);
    }

    /// <summary>Whether an activity of this name is such a step: by its display name or by its own.</summary>
    public bool Has(string name) => begins.Any(begin => name.StartsWith(begin, StringComparison.Ordinal));
}

/// <summary>The steps of the window.</summary>
internal sealed class Connections
{
    readonly Dictionary<NameId, ConnectionStep?> _known = [];
    readonly Dictionary<SpanId, (EventId Id, ScopeEvent Event)> _handshakes = [];

    public Connections(Investigation at)
    {
        at.History.Visit(at.Window(KindSet.Spans), (EventId id, in ScopeEvent e) =>
        {
            var name = e.Name;
            if (!_known.TryGetValue(name, out var step)) _known[name] = step = All.FirstOrDefault(s => s.Has(at.Catalog.Names[name]));
            if (step is not null && EventKinds.HasDuration(e.Kind) && (e.Flags & EventFlags.Partial) == 0) Take(step, id, e);
            return true;
        });
        foreach (var (id, e) in _handshakes.Values) Tls.Add(id, e.Name, e.Value);
    }

    // An asynchronous handshake's activity ends when its first message has been sent. It is the last thing of setting up a
    // connection, so it ends when that does; only one that is no part of it is taken by its word.
    void Take(ConnectionStep step, EventId id, in ScopeEvent e)
    {
        if (step == Tls && !e.Parent.IsNone && _handshakes.Count < Limits.FlowsFollowed)
        {
            _handshakes[e.Parent] = (id, e);
            return;
        }
        if (step == SetUp && _handshakes.Remove(e.Span, out var handshake)) Tls.Add(handshake.Id, handshake.Event.Name, e.Time - handshake.Event.StartTime);
        step.Add(id, e.Name, e.Value);
    }

    /// <summary>Looking up names.</summary>
    public ConnectionStep Dns { get; } = new("looking up a name (DNS)", "DNS lookup", "DNS reverse lookup", "Experimental.System.Net.NameResolution");

    /// <summary>TLS handshakes of our own calls.</summary>
    public ConnectionStep Tls { get; } = new("a TLS handshake", "TLS client handshake", "Experimental.System.Net.Security");

    /// <summary>Connections made for HTTP, with all that belongs to it.</summary>
    public ConnectionStep SetUp { get; } = new("setting up a connection", "HTTP connection_setup", "Experimental.System.Net.Http.Connections.ConnectionSetup");

    IEnumerable<ConnectionStep> All => [Dns, Tls, SetUp];
}
