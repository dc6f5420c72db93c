// spool.json: what the spool did with a recording, beside its segments: what each destination has, what went after all had it,
// and what was lost. The recorder rewrites recording.json as it likes; this file is the spool's own.
using System.Text.Json;
using System.Text.Json.Serialization;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>The account of one recording in the spool.</summary>
public sealed record SpoolBook
{
    /// <summary>The version of this file that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How the ledger calls what stood in a frame that was torn at a recording's end.</summary>
    internal const string TornTail = "torn tail";

    const string FileName = "spool.json";

    /// <summary>The version of this file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The id of the first event that each destination has not got.</summary>
    public IReadOnlyDictionary<string, long> Shipped { get; init; } = new Dictionary<string, long>();

    /// <summary>How many events are no longer here because every destination has them.</summary>
    public long ShippedAway { get; init; }

    /// <summary>The segments that lost events, by number, with the least that was kept of them.</summary>
    public IReadOnlyDictionary<int, EventWorth> Thinned { get; init; } = new Dictionary<int, EventWorth>();

    /// <summary>What was lost because the spool was full, or because it grew too old; and what a destination refused, which is set aside.</summary>
    public IReadOnlyList<LossEntry> Losses { get; init; } = [];

    /// <summary>One past the last event that a destination refused.</summary>
    public long RefusedTo { get; init; }

    static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new EventTimeText(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The book of a recording's folder; an empty one where there is none, as in every folder that is no spool's.</summary>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="problem">What is wrong with the file that is there, or null.</param>
    internal static SpoolBook Read(string folder, out string? problem)
    {
        var path = Path.Combine(folder, FileName);
        problem = null;
        try
        {
            if (!File.Exists(path)) return new();
            using var file = File.OpenRead(path);
            if (file.Length > Limits.RecordingInfoBytes) problem = $"{path}: {file.Length} bytes, at most {Limits.RecordingInfoBytes} can be";
            else if (JsonSerializer.Deserialize<SpoolBook>(file, Format) is not { Shipped: not null, Thinned: not null, Losses: not null } read) problem = $"{path}: it says null";
            else if (read.Schema != CurrentSchema) problem = $"{path}: it has schema {read.Schema}; this program reads {CurrentSchema}";
            else return read;
        }
        catch (JsonException e)
        {
            problem = $"{path}, line {e.LineNumber + 1}: {e.Message}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {e.Message}";
        }
        return new();
    }

    /// <summary>Writes the book.</summary>
    internal void Write(string folder) => OwnerFile.Replace(Path.Combine(folder, FileName), file => JsonSerializer.Serialize(file, this, Format));

    /// <summary>The book with more that was lost.</summary>
    /// <param name="part">What: samples, spans, errors, what was too old, or a torn tail.</param>
    /// <param name="from">The earliest.</param>
    /// <param name="to">The latest.</param>
    /// <param name="count">How many.</param>
    /// <param name="source">By whom.</param>
    internal SpoolBook WithLoss(string part, EventTime from, EventTime to, long count, LossSource source = LossSource.Spool)
    {
        var ledger = new Ledger(); // It joins losses that adjoin, within its bound.
        foreach (var loss in Losses) ledger.Lost(loss.Source, loss.Part, loss.From, loss.To, loss.Count);
        ledger.Lost(source, part, from, to, count);
        return this with { Losses = ledger.Summary().Losses };
    }

    /// <summary>The book with more that a destination refused; what it counts already, it does not count again.</summary>
    internal SpoolBook WithRefused(string destination, SegmentIndex index) => index.Frames[0].First.Value < RefusedTo ? this
        : WithLoss(destination, index.Earliest, index.Latest, index.EventCount, LossSource.Tier) with { RefusedTo = index.Frames[^1].Last.Value + 1 };

    /// <summary>A recorder's ledger with what the spool lost.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="asShipped">Whether it is of what a destination has, which lacks what it refused.</param>
    internal LedgerSummary AddTo(LedgerSummary ledger, bool asShipped = false)
    {
        List<LossEntry> losses = [.. Losses.Where(l => asShipped || l.Source != LossSource.Tier)];
        return ledger with { Lost = ledger.Lost + losses.Sum(l => l.Count), Losses = [.. ledger.Losses, .. losses] };
    }

    /// <summary>The book with a destination's place moved forth.</summary>
    internal SpoolBook WithShipped(string destination, EventId next) =>
        this with { Shipped = new Dictionary<string, long>(Shipped) { [destination] = Math.Max(next.Value, Shipped.GetValueOrDefault(destination)) } };

    /// <summary>The book with a segment marked as thinned.</summary>
    internal SpoolBook WithThinned(int segment, EventWorth least) => this with { Thinned = new Dictionary<int, EventWorth>(Thinned) { [segment] = least } };

    /// <summary>The book without a segment that is gone.</summary>
    internal SpoolBook WithoutSegment(int segment) => Thinned.ContainsKey(segment) ? this with { Thinned = Thinned.Where(t => t.Key != segment).ToDictionary() } : this;

    /// <summary>The first event that one of some destinations has not got.</summary>
    internal EventId ShippedTo(IReadOnlyCollection<string> destinations) => destinations.Count == 0 ? new(0) : new(destinations.Min(d => Shipped.GetValueOrDefault(d)));
}
