// What a recording holds and when, from the sidecar indexes of its segments: so that who wants some seconds of an hour
// reads the segments of those seconds only.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>A part of a recording in time.</summary>
/// <param name="From">Not before this instant.</param>
/// <param name="To">Not after this instant.</param>
public readonly record struct RecordingWindow(EventTime From, EventTime To)
{
    /// <summary>All of it.</summary>
    public static RecordingWindow All { get; } = new(EventTime.Min, EventTime.Max);
}

/// <summary>The extent of a recording.</summary>
public sealed class RecordingExtent
{
    readonly Dictionary<string, SegmentIndex> _indexes = [];
    readonly int _segments;

    RecordingExtent(IReadOnlyList<string> segments)
    {
        _segments = segments.Count;
        foreach (var segment in segments)
            if (SegmentIndexing.Beside(segment) is { } index) _indexes[segment] = index; // One that is missing or damaged only means that its segment is read.
    }

    /// <summary>The extent of a recording's folder; one that is not known where there is none.</summary>
    public static RecordingExtent Of(string folder)
    {
        try
        {
            return new(Directory.Exists(folder) ? RecordingFolder.Segments(folder) : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }

    /// <summary>Whether every segment has its index; the last one of a recording that was broken off has none.</summary>
    public bool IsKnown => _segments > 0 && _indexes.Count == _segments;

    /// <summary>The time of the oldest event; <see cref="EventTime.Max"/> when there is none.</summary>
    public EventTime First => _indexes.Values.Select(index => index.Earliest).DefaultIfEmpty(EventTime.Max).Min();

    /// <summary>The time of the newest event; <see cref="EventTime.Min"/> when there is none.</summary>
    public EventTime Last => _indexes.Values.Select(index => index.Latest).DefaultIfEmpty(EventTime.Min).Max();

    /// <summary>A window that an event is in, some seconds wide; null when no segment holds it.</summary>
    public RecordingWindow? Around(EventId id)
    {
        foreach (var frame in _indexes.Values.SelectMany(index => index.Frames))
            if (id.Value >= frame.First.Value && id.Value <= frame.Last.Value) return new(frame.Earliest, frame.Latest);
        return null;
    }

    /// <summary>How many events a segment holds that has none in a window; null when it may have some and is to be read.</summary>
    internal (EventId First, long Count)? Outside(string segment, RecordingWindow window) =>
        _indexes.TryGetValue(segment, out var index) && index.Frames.Count > 0 && (index.Latest < window.From || index.Earliest > window.To) ? (index.Frames[0].First, index.EventCount) : null;
}
