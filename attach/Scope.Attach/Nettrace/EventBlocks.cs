// A block of events, header after header: this is the hot loop. The numbering of a thread's events is looked at only where
// the thread changes or a number is skipped, so that the account costs nothing while all is well.
using System.Buffers.Binary;

namespace Scope.Attach.Nettrace;

sealed class EventBlocks(StreamDecoder decoder, bool sorted)
{
    const int CompressedFlag = 1, LeastHeaderBytes = 20;

    readonly StreamWindow _window = decoder.Window;
    readonly EventSorter _sorter = decoder.Sorter;
    readonly SequenceAccount _sequences = decoder.Sequences;
    readonly LegacyEvents _legacy = new(decoder);
    long _sortedTicks = long.MinValue, _advancedTo = long.MinValue;

    /// <summary>Reads the events of a block of version 4 or later.</summary>
    public bool Read(long block, int blockBytes, int version)
    {
        if (!ReadBlockHeader(block, blockBytes, out var isCompressed, out var at)) return false;
        var run = new NettraceEvent { CaptureThreadId = -1 };
        bool isWell;
        try
        {
            isWell = ReadRuns(ref run, block, blockBytes, at, isCompressed, version);
        }
        finally
        {
            // Whatever comes of the block: what was given of it is accounted for.
            if (run.CaptureThreadId != -1) _sequences.RunEnds(run.CaptureThreadId, run.Sequence, run.Ticks);
        }
        if (isWell) Advance();
        return isWell;
    }

    bool ReadRuns(ref NettraceEvent run, long block, int blockBytes, int headerBytes, bool isCompressed, int version)
    {
        ref var bytes = ref _window.First;
        var start = _window.IndexOf(block);
        var (at, end) = (start + headerBytes, start + blockBytes);
        var header = new EventHeader();
        while (at < end)
        {
            var eventAt = at;
            at = ReadHeader(ref header, ref bytes, at, isCompressed, version);
            if (header.IsMalformed || at > end || (uint)header.PayloadBytes > (uint)(end - at))
                return decoder.Break(block + eventAt - start, $"an event reaches past the end of its block, which begins at byte {block}");
            if (version >= 6) GiveV6(in header, block + at - start); else Give(in header, block + at - start);
            if (header.Event.CaptureThreadId != run.CaptureThreadId || header.Event.Sequence != run.Sequence + 1) ChangeRun(in run, in header.Event);
            (run.CaptureThreadId, run.Sequence, run.Ticks) = (header.Event.CaptureThreadId, header.Event.Sequence, header.Event.Ticks);
            at += header.PayloadBytes;
            if (!isCompressed && version < 6) at = start + (at - start + 3 & ~3);
        }
        return true;
    }

    /// <summary>Reads the events of a block of version 3, which tell their sorts among themselves.</summary>
    public bool ReadV3(long block, int blockBytes) => _legacy.Read(block, blockBytes);

    /// <summary>Reads a block of metadata of versions 4 and 5: events, whose payload describes other events.</summary>
    public bool ReadMetadata(long block, int blockBytes)
    {
        if (!ReadBlockHeader(block, blockBytes, out var isCompressed, out var at)) return false;
        ref var bytes = ref _window.First;
        var start = _window.IndexOf(block);
        var end = start + blockBytes;
        at += start;
        var header = new EventHeader();
        while (at < end)
        {
            var eventAt = at;
            at = ReadHeader(ref header, ref bytes, at, isCompressed, version: 5);
            if (header.IsMalformed || at > end || (uint)header.PayloadBytes > (uint)(end - at))
                return decoder.Break(block + eventAt - start, $"metadata reach past the end of their block, which begins at byte {block}");
            if (!decoder.Describe(MetadataV5.Read(_window.At(block + at - start, header.PayloadBytes)), block + eventAt - start)) return false;
            at += header.PayloadBytes;
            if (!isCompressed) at = start + (at - start + 3 & ~3);
        }
        return true;
    }

    static int ReadHeader(ref EventHeader header, ref byte bytes, int at, bool isCompressed, int version)
    {
        if (!isCompressed) return header.ReadPlain(ref bytes, at, hasLabels: version >= 6);
        return version >= 6 ? header.ReadCompressedV6(ref bytes, at) : header.ReadCompressed(ref bytes, at);
    }

    void Give(in EventHeader header, long payloadOffset)
    {
        if (!sorted)
        {
            decoder.Emitter.Emit(header.MetadataId, in header.Event, _window.At(payloadOffset, header.PayloadBytes));
        }
        else if (header.IsSorted)
        {
            _sortedTicks = header.Event.Ticks;
            _sorter.EmitBefore(header.Event.Ticks);
            decoder.Emitter.Emit(header.MetadataId, in header.Event, _window.At(payloadOffset, header.PayloadBytes));
        }
        else
        {
            _sorter.Add(in header, payloadOffset);
        }
    }

    /// <summary>Version 6 numbers threads and lists of labels; events are given with what the numbers stand for.</summary>
    void GiveV6(in EventHeader header, long payloadOffset)
    {
        var named = header;
        decoder.Threads.Name(ref named.Event);
        decoder.Labels.Apply(header.LabelList, ref named.Event);
        Give(in named, payloadOffset);
    }

    void ChangeRun(in NettraceEvent last, in NettraceEvent next)
    {
        if (last.CaptureThreadId != -1) _sequences.RunEnds(last.CaptureThreadId, last.Sequence, last.Ticks);
        _sequences.Jump(next.CaptureThreadId, next.Sequence, next.Ticks);
    }

    void Advance()
    {
        if (!sorted || _sortedTicks <= _advancedTo) return;
        _advancedTo = _sortedTicks;
        decoder.Sink.Advance(_sortedTicks);
    }

    bool ReadBlockHeader(long block, int blockBytes, out bool isCompressed, out int headerBytes)
    {
        isCompressed = false;
        headerBytes = 0;
        if (blockBytes == 0) return true;
        if (blockBytes < LeastHeaderBytes) return decoder.Break(block, $"a block of {blockBytes} bytes has no room for its header");
        var head = _window.At(block, LeastHeaderBytes);
        headerBytes = BinaryPrimitives.ReadUInt16LittleEndian(head);
        isCompressed = (head[2] & CompressedFlag) != 0;
        if (headerBytes >= LeastHeaderBytes && headerBytes <= blockBytes) return true;
        return decoder.Break(block, $"a block's header says that it has {headerBytes} bytes, of {blockBytes} in the block");
    }
}
