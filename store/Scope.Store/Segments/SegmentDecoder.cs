// The codec of a segment, apart from any file: the contents of frames in, events out.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Turns the frames of one segment into dictionary entries and events.</summary>
/// <param name="catalog">Where dictionary entries go.</param>
/// <param name="known">What earlier segments of the recording told.</param>
/// <param name="version">The segment's version.</param>
sealed class SegmentDecoder(Catalog catalog, KnownIdentities known, ushort version = SegmentHeader.Dense)
{
    readonly DictionaryDecoder _dictionary = new(catalog, known);
    EventDecoder? _events;
    long _eventCount;

    /// <summary>The events of the frame read last, when it was one of events; good until the next one.</summary>
    public ReadOnlySpan<ScopeEvent> Events => _events is null ? default : _events.Events;

    /// <summary>Their ids.</summary>
    public EventIds Ids => _events!.Ids;

    /// <summary>Whether the frame that ends a segment in order has been read.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>Reads the content of a frame; says what is wrong with it, or null.</summary>
    public string? Read(FrameKind kind, ReadOnlySpan<byte> content)
    {
        if (IsSealed) return "there is a frame after the one that ends the segment";
        switch (kind)
        {
            case FrameKind.RandomIds: return _dictionary.ReadRandom(content);
            case FrameKind.Dictionaries: return _dictionary.Read(content);
            case FrameKind.Events: return ReadEvents(content);
            case FrameKind.Seal: return ReadSeal(content);
            default: return $"a frame of the kind {kind} does not belong here";
        }
    }

    string? ReadEvents(ReadOnlySpan<byte> content)
    {
        _events ??= new(_dictionary, version);
        if (_events.Read(content) is { } mistake) return mistake;
        _eventCount += _events.Events.Length;
        return _eventCount <= Limits.SegmentEvents ? null : $"it holds more than {Limits.SegmentEvents} events";
    }

    string? ReadSeal(ReadOnlySpan<byte> content)
    {
        var seal = new ByteCursor(content);
        var told = seal.Number();
        if (seal.Mistake is { } mistake) return mistake;
        IsSealed = true;
        return told == (ulong)_eventCount ? null : $"it should hold {told} events and holds {_eventCount}";
    }
}
