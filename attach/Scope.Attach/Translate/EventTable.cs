// Which handler translates which sort of events: rows by provider and id, or by provider and name where a provider's ids
// are not fixed. A stream's metadata is looked up here once; after that an event goes straight to its row.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates one event of its sort.</summary>
delegate void EventHandler(EventRow row, in NettraceEvent e, ref PayloadCursor payload);

/// <summary>One sort of events in one stream, with what its handler needs to know of it.</summary>
/// <param name="metadata">What the stream told.</param>
/// <param name="handler">Its handler, or null when nobody wants it.</param>
sealed class EventRow(NettraceMetadata metadata, EventHandler? handler)
{
    /// <summary>Its handler, or null when nobody wants it.</summary>
    public EventHandler? Handler { get; private set; } = handler;

    /// <summary>What the stream told of it.</summary>
    public readonly NettraceMetadata Metadata = metadata;

    /// <summary>The name that its events go by, where the handler gives them one for all.</summary>
    public NameId Name;

    /// <summary>The names of its fields, where the handler passes them on.</summary>
    public NameId[] FieldKeys = [];

    /// <summary>Which of its fields hold secrets, by their names.</summary>
    public bool[] SecretFields = [];

    /// <summary>How many there were.</summary>
    public long Count;

    /// <summary>How many ended before their fields did.</summary>
    public long Torn { get; private set; }

    /// <summary>What they are, for the ledger.</summary>
    public string Kind => $"{Metadata.Provider}/{Metadata.EventId} version {Metadata.Version}";

    long _countTold, _tornTold, _failedAt;
    int _failedInARow;

    /// <summary>Counts an event that ended before its fields did; gives whether it is one, to be left out.</summary>
    public bool CountTorn(bool isTorn)
    {
        if (isTorn) Torn++;
        return isTorn;
    }

    /// <summary>Takes out of the count an event that the handler failed at; gives whether it failed so often in a row that it always will.</summary>
    public bool CountFailed()
    {
        _failedInARow = Count == _failedAt ? _failedInARow + 1 : 1;
        _failedAt = Count--;
        return _failedInARow >= Limits.FailuresInARow;
    }

    /// <summary>Another handler takes over.</summary>
    public void GiveTo(EventHandler another) => Handler = another;

    /// <summary>What has been counted since the last call.</summary>
    public (long Count, long Torn) TakeUntold()
    {
        var untold = (Count - _countTold, Torn - _tornTold);
        (_countTold, _tornTold) = (Count, Torn);
        return untold;
    }
}

/// <summary>The table of handlers.</summary>
sealed class EventTable
{
    readonly Dictionary<(string Provider, int Id), EventHandler> _byId = [];
    readonly Dictionary<(string Provider, string Name), EventHandler> _byName = [];
    readonly Dictionary<string, EventHandler> _ofAny = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Handles a provider's event with this id.</summary>
    public void Add(string provider, int id, EventHandler handler)
    {
        _byId[(provider, id)] = handler;
        _known.Add(provider);
    }

    /// <summary>Handles a provider's event with this name.</summary>
    public void Add(string provider, string name, EventHandler handler)
    {
        _byName[(provider, name)] = handler;
        _known.Add(provider);
    }

    /// <summary>Handles events of this name, whichever provider they are of.</summary>
    public void AddOfAny(string name, EventHandler handler) => _ofAny[name] = handler;

    /// <summary>Says that we know a provider: its events without a handler are left out on purpose.</summary>
    public void Know(string provider) => _known.Add(provider);

    /// <summary>Handles events of providers that nothing else here knows.</summary>
    public EventHandler? Others { get; set; }

    /// <summary>The row of a sort of events.</summary>
    public EventRow RowOf(NettraceMetadata metadata) => new(metadata,
        _byId.GetValueOrDefault((metadata.Provider, metadata.EventId))
        ?? _byName.GetValueOrDefault((metadata.Provider, metadata.EventName))
        ?? _ofAny.GetValueOrDefault(metadata.EventName)
        ?? (_known.Contains(metadata.Provider) ? null : Others));
}

/// <summary>The names of the providers that the handlers know.</summary>
static class Providers
{
    public const string Runtime = "Microsoft-Windows-DotNETRuntime";
    public const string Rundown = "Microsoft-Windows-DotNETRuntimeRundown";
    public const string Sampler = "Microsoft-DotNETCore-SampleProfiler";
    public const string EventPipe = "Microsoft-DotNETCore-EventPipe";
    public const string Tasks = "System.Threading.Tasks.TplEventSource";
    public const string Bridge = "Microsoft-Diagnostics-DiagnosticSource";
    public const string Hosting = "Microsoft.AspNetCore.Hosting";
    public const string Logging = "Microsoft-Extensions-Logging";
    public const string Metrics = "System.Diagnostics.Metrics";
    public const string NpgsqlSql = "Npgsql.Sql";
}
