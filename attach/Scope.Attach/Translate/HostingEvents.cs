// Requests as ASP.NET Core's hosting layer tells them: method and path, at a tenth of the bridge's cost. Beside the bridge
// they give its spans their names; without it (light profile) they are the spans, known by their runtime activity only.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates Hosting's request events.</summary>
sealed class HostingEvents(Translation t, RequestFacts facts)
{
    // Requests that began here before the bridge was known to be on, by their activity: these end here too.
    readonly HashSet<Guid> _begun = [];

    public void Register(EventTable table)
    {
        table.Know(Providers.Hosting);
        table.Add(Providers.Hosting, "RequestStart", Start);
        table.Add(Providers.Hosting, "RequestStop", Stop);
        table.Add(Providers.Hosting, "UnhandledException", Failed);
        table.Add(Providers.Hosting, "RequestFailed", Failed);
    }

    // Method, path.
    void Start(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        facts.UnbridgedRequests++;
        var method = payload.Text();
        var name = facts.NameOf(method, payload.Text());
        if (facts.Bridged)
        {
            facts.Of(e.ThreadId).HostingName = name;
            return;
        }
        if (_begun.Count >= Limits.OpenSpans) _begun.Clear(); // Requests that were told to start and never to stop.
        _begun.Add(e.ActivityId);
        var made = t.New(EventKind.RequestStart, Bare(e));
        made.Name = name;
        t.Emit(row, made, ref payload);
    }

    void Stop(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        // Beside the bridge the request has ended with its activity, just before this.
        if (_begun.Remove(e.ActivityId) || !facts.Bridged) t.Emit(row, t.New(EventKind.Request, Bare(e)), ref payload);
    }

    // Runtimes before .NET 9 bring a stack with each event; on top of these it is always the hosting layer's.
    static NettraceEvent Bare(NettraceEvent e) => e with { StackId = 0 };

    // Comes before the stop, in the request's activity. Beside the bridge a request's status tells it.
    void Failed(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        if (facts.Bridged) return;
        var made = t.New(EventKind.StateChange, e);
        made.Name = _failed;
        made.Flags |= EventFlags.Error;
        t.Emit(row, made, ref payload);
    }

    readonly NameId _failed = t.Names.Intern("request failed");
}
