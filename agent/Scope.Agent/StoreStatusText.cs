// The state of the warm tier, for people and for machines.
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent;

static class StoreStatusText
{
    /// <summary>How many events of a recording wait here for the database; null where its folder is not here.</summary>
    /// <param name="recording">The recording in the database.</param>
    /// <param name="places">The folders that recordings are made in.</param>
    static long? Behind(WarmRecording recording, IEnumerable<string> places) =>
        places.Where(place => place.Length > 0).Select(place => Path.Combine(place, recording.Name)).Where(Directory.Exists)
            .Select(folder => RecordingInfo.TryRead(folder, out var info) is null ? Math.Max(0, info.Events - recording.Shipped) : default(long?)).FirstOrDefault();

    /// <summary>For machines: times in ISO 8601, sizes in bytes.</summary>
    /// <param name="s">The state.</param>
    /// <param name="places">The folders that recordings are made in, which say how far behind the database is.</param>
    /// <param name="spool">The spool; null where there is none.</param>
    /// <param name="aside">What the database refused for good.</param>
    public static object Machine(WarmStatus s, string[] places, SpoolStatus? spool, IReadOnlyList<SetAside> aside) => new
    {
        spool = SpoolStatusText.Machine(spool),
        refused = aside.Select(a => new { a.Folder, a.Events, a.Why }),
        schema = s.Version,
        wanted = s.Wanted,
        server = s.Server,
        engine = s.Engine,
        why = s.Why,
        layout = s.Layout,
        raw = s.Raw,
        packed = s.Packed,
        s.DictionaryBytes,
        recordings = s.Recordings.Select(r => new { r.Name, shippedEvents = r.Shipped, newest = r.Newest?.ToString(), shippedAt = r.ShippedAt, behind = Behind(r, places) }),
    };

    /// <summary>For people.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="s">The state.</param>
    /// <param name="places">As for machines.</param>
    public static void Write(TextWriter into, WarmStatus s, string[] places)
    {
        if (s.Version == 0)
        {
            into.WriteLine($"Postgres {s.Server}; no schema of Scope yet: scope-attach store init makes it.");
            return;
        }
        var isCurrent = s.Version >= s.Wanted;
        into.WriteLine($"Postgres {s.Server}, schema version {s.Version}{(isCurrent ? "" : $"; scope-attach store migrate brings it to {s.Wanted}, and then this tells sizes too")}");
        if (isCurrent)
        {
            into.WriteLine($"engine   {s.Engine} ({s.Why})");
            into.WriteLine($"layout   {s.Layout} ({(s.Layout == "sql" ? "scope.events_readable shows hours that are over too" : "hours that are over are asked by scope-attach query --warm")})");
            into.WriteLine($"raw      {Hours(s.Raw)}, about {s.Raw.Events:N0} events, {Size(s.Raw.Bytes)}");
            into.WriteLine($"packed   {Hours(s.Packed)}, {s.Packed.Events:N0} events, {Size(s.Packed.Bytes)}");
            into.WriteLine($"names, stacks and payloads  {Size(s.DictionaryBytes)}");
        }
        foreach (var r in s.Recordings)
            into.WriteLine($"{r.Name}: {r.Shipped:N0} events, the newest of {(r.Newest is { } newest ? newest.ToString() : "no time yet")}{(r.ShippedAt is { } at ? $", shipped {TimeText.Show((long)(DateTime.UtcNow - at).TotalNanoseconds)} ago" : "")}{(Behind(r, places) is > 0 and var behind ? $"; {behind:N0} more are in its folder, which store ship brings" : "")}");
    }

    /// <summary>A chart for people, a line a point.</summary>
    public static void Write(TextWriter into, IReadOnlyList<MinutePoint> points)
    {
        into.WriteLine($"{"from",-16}  {"count",12}  {"errors",9}  {"mean",9}  {"longest",9}  {"CPU",9}  {"GC pause",9}  {"allocated",10}  {"exceptions",10}");
        foreach (var p in points)
            into.WriteLine($"{p.From:yyyy-MM-dd HH:mm}  {p.Count,12:N0}  {p.Errors,9:N0}  {TimeText.Show(p.MeanNanos),9}  {TimeText.Show(p.LongestNanos),9}  {TimeText.Show(p.CpuNanos),9}  {TimeText.Show(p.GcNanos),9}  {Size(p.AllocatedBytes),10}  {p.Exceptions,10:N0}");
    }

    static string Hours(WarmPart part) => part.Hours == 1 ? "1 hour" : $"{part.Hours:N0} hours";

    static string Size(long bytes) => bytes < 10 << 20 ? $"{bytes / 1024.0:N0} KB" : $"{bytes / 1048576.0:N0} MB";
}
