// The ledger: the account of what was captured and what was lost, by whom and when. Every bounded buffer reports here,
// and every report, query and answer prints the share that it rests on.
namespace Scope.Events;

/// <summary>Who can lose something.</summary>
public enum LossSource : ushort
{
    /// <summary>The runtime's own event buffer in the target was full.</summary>
    RuntimeBuffer = 1,
    /// <summary>The stream broke off or a part of it could not be read.</summary>
    Stream = 2,
    /// <summary>A source's ring was full: the correlator was slower than the target.</summary>
    Ring = 3,
    /// <summary>A payload was cut or forgotten.</summary>
    Payload = 4,
    /// <summary>A dictionary was full, so that events lost a name, method or stack.</summary>
    Dictionary = 5,
    /// <summary>The hot index dropped events before they were sealed.</summary>
    HotIndex = 6,
    /// <summary>The disk refused or was too slow.</summary>
    Disk = 7,
    /// <summary>Left out on purpose: pressure turned a source down.</summary>
    Pressure = 8,
    /// <summary>The shared ring between collector and agent was full.</summary>
    SharedRing = 9,
    /// <summary>A warm or cold tier refused events for good.</summary>
    Tier = 10,
    /// <summary>The exact time of events was lost: they came when later ones had gone on already, and took the time of those.</summary>
    Order = 11,
    /// <summary>The spool was full or too old before a tier took them.</summary>
    Spool = 12,
    /// <summary>The wall clock was set, or the machine slept, while it was recorded: times go on by the clock that the recording began with.</summary>
    Clock = 13,
    /// <summary>A stage of ours failed at them, twice.</summary>
    Stage = 14,
}

/// <summary>A loss: how many, by whom, in which interval, in which part of that source.</summary>
public sealed record LossEntry(LossSource Source, string Part, EventTime From, EventTime To, long Count);

/// <summary>What one source captured.</summary>
public sealed record CaptureEntry(string Source, long Count);

/// <summary>The ledger at one moment.</summary>
public sealed record LedgerSummary(long Captured, long Lost, IReadOnlyList<CaptureEntry> BySource, IReadOnlyList<LossEntry> Losses)
{
    /// <summary>Nothing captured, nothing lost.</summary>
    public static LedgerSummary Empty { get; } = new(0, 0, [], []);

    /// <summary>The share of events that arrived, from 0 to 1; 1 when there were none. Payloads and names are no events and do not count.</summary>
    public double Share => Captured + Lost == 0 ? 1 : (double)Captured / (Captured + Lost);
}

/// <summary>Collects losses and captures from all stages. Safe for any number of threads; losses of one source in adjoining seconds become one entry.</summary>
public sealed class Ledger
{
    const long JoinNanos = 1_000_000_000;

    readonly Lock _lock = new();
    readonly List<LossEntry> _losses = [];
    readonly Dictionary<string, long> _captured = [];

    /// <summary>Counts events lost.</summary>
    /// <param name="source">Who lost them.</param>
    /// <param name="part">Which part of it: session, ring, dictionary, file.</param>
    /// <param name="from">The earliest they can be from.</param>
    /// <param name="to">The latest they can be from.</param>
    /// <param name="count">How many.</param>
    public void Lost(LossSource source, string part, EventTime from, EventTime to, long count)
    {
        if (count <= 0) return;
        lock (_lock)
        {
            var i = _losses.FindLastIndex(e => e.Source == source && e.Part == part);
            if (i >= 0 && (from - _losses[i].To < JoinNanos || _losses.Count >= Limits.LedgerEntries))
                _losses[i] = _losses[i] with { From = Earlier(from, _losses[i].From), To = Later(to, _losses[i].To), Count = _losses[i].Count + count };
            else
                _losses.Add(new(source, part, from, to, count));
        }
    }

    /// <summary>Counts events captured by a source.</summary>
    public void Captured(string source, long count)
    {
        lock (_lock) _captured[source] = _captured.GetValueOrDefault(source) + count;
    }

    /// <summary>The account so far.</summary>
    public LedgerSummary Summary()
    {
        lock (_lock)
            return new(_captured.Values.Sum(), _losses.Where(e => CountsEvents(e.Source)).Sum(e => e.Count),
                [.. _captured.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new CaptureEntry(e.Key, e.Value))], [.. _losses]);
    }

    /// <summary>Whether what the source loses are whole events, not parts of events that are still there.</summary>
    public static bool CountsEvents(LossSource source) => source is not (LossSource.Payload or LossSource.Dictionary or LossSource.Order or LossSource.Clock);

    static EventTime Earlier(EventTime a, EventTime b) => a < b ? a : b;

    static EventTime Later(EventTime a, EventTime b) => a > b ? a : b;
}
