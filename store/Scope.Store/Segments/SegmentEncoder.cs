// The codec of a segment, apart from any file: events in, frames out. The same frames go into a recording, into the spool
// and, later, into an archive.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Turns events into the frames of one segment after another.</summary>
sealed class SegmentEncoder
{
    readonly FrameCompression _compression;
    readonly DictionaryEncoder _dictionary;
    readonly EventEncoder _events;
    readonly ByteWriter _content = new(1 << 16), _output = new(1 << 16);
    List<FrameSummary> _frames = [];
    int _number;
    long _taken;

    /// <param name="catalog">What the events' handles refer to.</param>
    /// <param name="compression">How frames are compressed.</param>
    /// <param name="recorded">What the ids were in the recording, where the catalog has others; null where it is the recording's own.</param>
    public SegmentEncoder(Catalog catalog, FrameCompression compression = FrameCompression.Brotli, KnownIdentities? recorded = null)
    {
        _compression = compression;
        _dictionary = new(catalog, recorded, (random, content) =>
        {
            if (random.Length > 0) Frame.Append(_output, FrameKind.RandomIds, random.Written, FrameCompression.None);
            Frame.Append(_output, FrameKind.Dictionaries, content.Written, _compression);
        });
        _events = new(_dictionary);
    }

    /// <summary>What the segment holds so far: its sidecar index.</summary>
    public SegmentIndex Index => SegmentIndex.Of(_number, SegmentHeader.Newest, _frames, _dictionary.FlowHashes, _dictionary.MethodHashes);

    /// <summary>How many bytes the segment has, the pending ones counted.</summary>
    public long Bytes => _taken + _output.Length;

    /// <summary>How many events the segment has.</summary>
    public long EventCount { get; private set; }

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed => _events.PayloadsMissed;

    /// <summary>The frames made since <see cref="Take"/>; good until the next call.</summary>
    public ReadOnlySpan<byte> Pending => _output.Written;

    /// <summary>Says that the pending bytes have been written.</summary>
    public void Take()
    {
        _taken += _output.Length;
        _output.Clear();
    }

    /// <summary>Begins a segment, whose dictionaries are empty.</summary>
    /// <param name="number">Its number in the recording, from 1.</param>
    public void Begin(int number)
    {
        _dictionary.Restart();
        _frames = [];
        _number = number;
        _taken = EventCount = 0;
        _output.Clear();
        SegmentHeader.Write(_output, number);
    }

    /// <summary>Adds events.</summary>
    public void Add(ReadOnlySpan<ScopeEvent> events, EventIds ids)
    {
        while (!events.IsEmpty)
        {
            var part = events[..Math.Min(events.Length, Limits.SegmentFrameEvents)];
            _dictionary.Update();
            _events.Restart();
            _events.Add(part, ids);
            _dictionary.Emit();
            _events.Write(_content, ids[0]);
            _frames.Add(_events.Summary(ids[0], Bytes));
            EventCount += part.Length;
            Frame.Append(_output, FrameKind.Events, _content.Written, _compression);
            events = events[part.Length..];
            if (!events.IsEmpty) ids = ids.From(part.Length);
        }
    }

    /// <summary>Ends the segment.</summary>
    public void Seal()
    {
        _dictionary.Update();
        _dictionary.Emit();
        _content.Clear();
        _content.Number((ulong)EventCount);
        Frame.Append(_output, FrameKind.Seal, _content.Written, FrameCompression.None);
    }
}
