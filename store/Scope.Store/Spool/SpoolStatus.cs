// How a spool is doing, as plain numbers for whoever shows them.
using Scope.Events;

namespace Scope.Store.Spool;

/// <summary>How far a destination is behind.</summary>
/// <param name="Destination">The tier.</param>
/// <param name="Events">Events in sealed segments that it has not got; what is being written comes on top.</param>
/// <param name="Bytes">The bytes of those segments.</param>
/// <param name="Since">The time of the oldest of them; <see cref="EventTime.Max"/> when there is none.</param>
public sealed record SpoolBacklog(string Destination, long Events, long Bytes, EventTime Since);

/// <summary>How a spool is doing.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Recordings">How many recordings it holds.</param>
/// <param name="BeingWritten">How many of them are being written.</param>
/// <param name="Segments">How many sealed segments.</param>
/// <param name="Bytes">Bytes of all that is in it.</param>
/// <param name="Limits">What it may hold.</param>
/// <param name="Backlogs">How far each destination is behind.</param>
/// <param name="Lost">Events that it lost in all its life because it was full or they were too old, by what they were.</param>
public sealed record SpoolStatus(string Folder, int Recordings, int BeingWritten, int Segments, long Bytes, SpoolLimits Limits, IReadOnlyList<SpoolBacklog> Backlogs, IReadOnlyDictionary<string, long> Lost)
{
    /// <summary>The status of a spool now.</summary>
    internal static SpoolStatus Of(SpoolFolder spool)
    {
        var recordings = spool.Recordings();
        return new(spool.Path, recordings.Count, recordings.Count(r => r.IsBeingWritten), recordings.Sum(r => r.Segments.Count), recordings.Sum(r => r.Bytes), spool.Limits,
            [.. spool.Destinations.Select(destination => Behind(destination, recordings.Where(r => !SetAside.Is(r.Name))))], SpoolTotals.Read(spool.Path));
    }

    // What was set aside is not on its way.
    static SpoolBacklog Behind(string destination, IEnumerable<SpooledRecording> recordings)
    {
        var (events, bytes, since) = (0L, 0L, EventTime.Max);
        foreach (var recording in recordings)
        {
            var next = recording.Book.ShippedTo([destination]);
            foreach (var segment in recording.Segments)
            {
                if (segment.EventsFrom(next) is not (> 0 and var behind)) continue;
                events += behind;
                bytes += segment.Bytes;
                if (segment.Earliest < since) since = segment.Earliest;
            }
        }
        return new(destination, events, bytes, since);
    }
}
