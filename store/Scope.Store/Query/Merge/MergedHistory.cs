// One history made of many: the tiers of a recording, and several recordings, asked as one. Findings, reports and exports work
// on it as on any other.
//
// With several recordings an event's id is its own plus the number of its recording times a large one, so that ids stay apart
// and those of the first recording stay what they are. Time orders what different recordings tell; within one, ids do.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Cold;

namespace Scope.Store.Query.Merge;

/// <summary>The parts of an answer as one history. The parts must not be changed or closed while it is used.</summary>
public sealed class MergedHistory : IHistory
{
    /// <summary>How far the ids of two recordings are apart: forty bits are more events than a year of a busy service, and with thousands of recordings ids are still whole numbers to JavaScript.</summary>
    const int RecordingShift = 40;

    readonly HistoryPart[] _parts, _leftOut;
    readonly PartReader[][] _recordings;
    readonly Lock _mapping = new();

    /// <param name="all">The parts; those of one recording newest tier first.</param>
    /// <param name="includeCold">Whether archives are asked too. Left out, what asking them would fetch is told with each answer.</param>
    public MergedHistory(IReadOnlyList<HistoryPart> all, bool includeCold = false)
    {
        HistoryPart[] parts = [.. all.Where(part => includeCold || part.History is not ColdHistory)];
        (_parts, _leftOut) = (parts, [.. all.Except(parts)]);
        if (parts.Length == 0) throw new ArgumentException("a history is merged of one part at least that may be asked", nameof(all));
        var isOne = parts.All(part => ReferenceEquals(part.History.Catalog, parts[0].History.Catalog));
        var answer = isOne ? null : new AnswerCatalog();
        Catalog = answer?.Catalog ?? parts[0].History.Catalog;
        _recordings = [.. parts.GroupBy(part => part.Recording).Select((recording, i) => ReadersOf([.. recording], answer, (long)i << RecordingShift))];
        CatchUp(); // So that names can be looked up before anything is asked.
    }

    /// <inheritdoc/>
    public Catalog Catalog { get; }

    /// <summary>How many recordings it is made of.</summary>
    public int Recordings => _recordings.Length;

    /// <summary>Of each recording what its newest tier knows.</summary>
    public LedgerSummary Ledger
    {
        get
        {
            var ledgers = _recordings.Select(tiers => tiers[0].History.Ledger).ToArray();
            return ledgers.Length == 1 ? ledgers[0] : new(ledgers.Sum(l => l.Captured), ledgers.Sum(l => l.Lost), [.. ledgers.SelectMany(l => l.BySource)], [.. ledgers.SelectMany(l => l.Losses)]);
        }
    }

    /// <inheritdoc/>
    public long Count => _recordings.Sum(CountOf);

    /// <inheritdoc/>
    public EventTime First => _parts.Min(part => part.History.First);

    /// <inheritdoc/>
    public EventTime Last => _parts.Max(part => part.History.Last);

    /// <inheritdoc/>
    public EventId FirstId => new(_recordings.Select((tiers, i) => tiers.Min(tier => tier.History.FirstId.Value) is var first && first == long.MaxValue ? first : first + ((long)i << RecordingShift)).Min());

    /// <inheritdoc/>
    public EventId NextId => new(_recordings.Select((tiers, i) => tiers[0].History.NextId.Value + ((long)i << RecordingShift)).Max());

    /// <summary>Those of the recording, or of none where there are several: a snapshot is named by its number in one recording.</summary>
    public IReadOnlyList<Snapshot> Snapshots => _recordings.Length > 1 ? [] : _recordings[0].Select(tier => tier.History.Snapshots).FirstOrDefault(s => s.Count > 0) ?? [];

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor) => Ask(query, visitor);

    /// <summary>Shows the events that match, and says which parts gave how many and what each took.</summary>
    public IReadOnlyList<AnswerPart> Ask(EventQuery query, EventVisitor visitor)
    {
        var cost = new AnswerCost(_parts);
        CatchUp();
        var streams = _recordings.Select((tiers, i) => new MergeStream(new(tiers, InRecording(query, i), cost), (long)i << RecordingShift)).ToArray();
        for (var left = query.Limit; left > 0 && Next(streams, query.Order) is { } stream; left--)
        {
            var stored = stream.Take();
            if (!visitor(stored.Id, stored.Event)) break;
        }
        return [.. cost.Parts, .. _leftOut.Select(part => LeftOut(part, query))];
    }

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        var recording = id.Value >> RecordingShift;
        if (recording < 0 || recording >= _recordings.Length) return false;
        var inRecording = new EventId(id.Value - (recording << RecordingShift));
        // Newest first: what is dropped there between two looks is in the next one by then.
        foreach (var tier in _recordings[recording]) if (tier.TryGet(inRecording, out e)) return true;
        return false;
    }

    /// <summary>How each part would be asked a question, in its own handles.</summary>
    public IReadOnlyList<(HistoryPart Part, QueryWay Way)> Ways(EventQuery query)
    {
        CatchUp();
        return [.. _recordings.SelectMany((tiers, i) => tiers.Select(tier => (tier.Part, tier.History.WayOf(tier.Theirs(InRecording(query, i))))))];
    }

    /// <inheritdoc/>
    public QueryWay WayOf(EventQuery query)
    {
        var ways = Ways(query);
        return new(string.Join("; ", ways.Select(w => $"{w.Part.Tier}: {w.Way.Index}")), ways.Sum(w => w.Way.Expected));
    }

    // An archive knows no handle before it is fetched: what it would cost is by time, kinds, trace and method.
    AnswerPart LeftOut(HistoryPart part, EventQuery query)
    {
        var trace = query.Flow.IsNone ? 0 : Catalog.Flows[query.Flow];
        var cost = ((ColdHistory)part.History).CostOf(new() { From = query.From, To = query.To, Kinds = query.Kinds }, trace, Catalog.Methods[query.Method]?.FullName);
        return new(part.Recording, part.Tier, 0, 0, 0, cost);
    }

    // The next event of all recordings; of several at one instant that of the first recording.
    static MergeStream? Next(MergeStream[] streams, EventOrder order)
    {
        MergeStream? best = null;
        foreach (var stream in streams)
        {
            if (!stream.HasNext) continue;
            if (best is null || (order == EventOrder.OldestFirst ? stream.Time < best.Time : stream.Time >= best.Time)) best = stream;
        }
        return best;
    }

    PartReader[] ReadersOf(HistoryPart[] tiers, AnswerCatalog? answer, long idOffset)
    {
        var numberings = new List<(Catalog Catalog, IdMaps Maps)>();
        return [.. tiers.Select(tier => new PartReader(tier, answer is null ? null : MapOf(tier), idOffset, Catalog, _mapping))];

        CatalogMap MapOf(HistoryPart tier)
        {
            var catalog = tier.History.Catalog;
            var known = numberings.FirstOrDefault(n => ReferenceEquals(n.Catalog, catalog) || Numbering.IsAlike(n.Catalog, catalog));
            if (known.Maps is null) numberings.Add(known = (catalog, new()));
            return new(tier.Recording, catalog, answer, known.Maps);
        }
    }

    void CatchUp()
    {
        foreach (var tier in _recordings.SelectMany(tiers => tiers)) tier.CatchUp();
    }

    static EventQuery InRecording(EventQuery query, int recording)
    {
        var offset = (long)recording << RecordingShift;
        return query with { FromId = new(query.FromId.Value - offset), ToId = query.ToId.Value == long.MaxValue ? query.ToId : new(query.ToId.Value - offset) };
    }

    // What a newer tier holds as well counts there.
    static long CountOf(PartReader[] tiers)
    {
        var count = 0L;
        var above = long.MaxValue;
        foreach (var history in tiers.Select(tier => tier.History))
        {
            var floor = history.FirstId.Value;
            count += history.NextId.Value <= above ? history.Count : floor >= above ? 0 : history.CountOf(new() { ToId = new(above) });
            above = Math.Min(above, floor);
        }
        return count;
    }
}
