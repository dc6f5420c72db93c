// A segment as a file, read from the beginning to the end or to the first thing that cannot be.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>What is wrong with a file, and where.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where the trouble begins; what is before it is good.</param>
/// <param name="What">What it is.</param>
/// <param name="BytesCut">How many bytes from there on could not be used.</param>
public sealed record SegmentDamage(string File, long Offset, string What, long BytesCut)
{
    /// <summary>How many events the frame there said to hold, before it was torn or changed; 0 when even that is gone.</summary>
    public int EventsCut { get; init; }

    /// <summary>The id of the first of them.</summary>
    public EventId FirstCut { get; init; } = EventId.None;

    /// <inheritdoc/>
    public override string ToString() => $"{File}, offset {Offset}: {What}; the last {BytesCut} bytes could not be read{(EventsCut == 0 ? "" : $", with {EventsCut} events")}";
}

/// <summary>Is given events whose ids count up: those of a frame, or where its ids have gaps, those between two of them.</summary>
/// <param name="first">The id of the first; the others count up by one.</param>
/// <param name="events">Good during the call.</param>
delegate void FrameVisitor(EventId first, ReadOnlySpan<ScopeEvent> events);

/// <summary>Reads segment files. One reader serves all files of a recording, and its buffer is used again.</summary>
/// <param name="catalog">Where dictionary entries go.</param>
/// <param name="known">What was told of the recording before; nothing when null.</param>
sealed class SegmentFileReader(Catalog catalog, KnownIdentities? known = null)
{
    readonly SegmentCursor _cursor = new(catalog, known ?? new());

    /// <summary>Whether the segment read last was ended in order.</summary>
    public bool WasSealed { get; private set; }

    /// <summary>The number that the segment read last says it has.</summary>
    public int Number => _cursor.Number;

    /// <summary>The version that the segment read last says it has.</summary>
    public ushort Version => _cursor.Version;

    /// <summary>Where the frame is that is being shown.</summary>
    public long FrameOffset => _cursor.FrameOffset;

    /// <summary>Reads a file and shows its events; tells where it is damaged, or null.</summary>
    public SegmentDamage? Read(string path, FrameVisitor visitor)
    {
        WasSealed = false;
        try
        {
            using var closing = _cursor;
            return Read(_cursor.TryOpen(path), path, visitor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, 0, e.Message, 0);
        }
    }

    /// <summary>The same, of a stream that can seek, which is disposed of.</summary>
    public SegmentDamage? Read(Stream file, string path, FrameVisitor visitor)
    {
        using var closing = _cursor;
        return Read(_cursor.TryOpen(file), path, visitor);
    }

    SegmentDamage? Read(bool hasHead, string path, FrameVisitor visitor)
    {
        WasSealed = false;
        if (!hasHead) return _cursor.DamageOf(path);
        SegmentStep step;
        while ((step = _cursor.Next()) is SegmentStep.Events or SegmentStep.Other)
            if (step == SegmentStep.Events) Show(_cursor.Events, _cursor.Ids, visitor);
        if (step != SegmentStep.End) return _cursor.DamageOf(path);
        WasSealed = _cursor.IsSealed;
        return null;
    }

    static void Show(ReadOnlySpan<ScopeEvent> events, EventIds ids, FrameVisitor visitor)
    {
        for (int from = 0, to; from < events.Length; from = to)
        {
            to = ids.EndOfRun(from, events.Length);
            visitor(ids[from], events[from..to]);
        }
    }
}
