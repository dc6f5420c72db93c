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

    /// <summary>Whether an activity of this name is such a step: by its display name or by its own.</summary>
    public bool Has(string name) => begins.Any(begin => name.StartsWith(begin, StringComparison.Ordinal));
}

/// <summary>The steps of the window.</summary>
internal sealed class Connections
{
    readonly Dictionary<NameId, ConnectionStep?> _known = [];

    public Connections(Investigation at) => at.History.Visit(at.Window(KindSet.Spans), (EventId id, in ScopeEvent e) =>
    {
        var name = e.Name;
        if (!_known.TryGetValue(name, out var step)) _known[name] = step = All.FirstOrDefault(s => s.Has(at.Catalog.Names[name]));
        if (step is null || !EventKinds.HasDuration(e.Kind)) return true;
        step.Latency.Add(e.Value);
        step.Names.Add(e.Name, e.Value);
        step.Slowest.Offer(id, e.Value);
        return true;
    });

    /// <summary>Looking up names.</summary>
    public ConnectionStep Dns { get; } = new("looking up a name (DNS)", "DNS lookup", "DNS reverse lookup", "Experimental.System.Net.NameResolution");

    /// <summary>TLS handshakes of our own calls.</summary>
    public ConnectionStep Tls { get; } = new("a TLS handshake", "TLS client handshake", "Experimental.System.Net.Security");

    /// <summary>Connections made for HTTP, with all that belongs to it.</summary>
    public ConnectionStep SetUp { get; } = new("setting up a connection", "HTTP connection_setup", "Experimental.System.Net.Http.Connections.ConnectionSetup");

    IEnumerable<ConnectionStep> All => [Dns, Tls, SetUp];
}
