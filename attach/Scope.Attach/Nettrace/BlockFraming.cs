// The framing of version 6: after the magic, zero, major and minor version, a row of blocks, each with its size in 24 bits
// and its kind in 8. Blocks of a kind that we do not know are skipped, as the format asks.
using System.Buffers.Binary;

namespace Scope.Attach.Nettrace;

sealed class BlockFraming(StreamDecoder decoder)
{
    const int PreambleBytes = 20, Version = 6;
    const byte EndKind = 0, TraceKind = 1, EventKind = 2, MetadataKind = 3, SequencePointKind = 4, StackKind = 5, ThreadKind = 6, RemoveThreadKind = 7, LabelKind = 8;
    const uint FlushThreads = 1, FlushMetadata = 2;

    readonly StreamWindow _window = decoder.Window;
    long _lastTicks;

    public void Run()
    {
        if (!_window.Fill(PreambleBytes)) return;
        var major = BinaryPrimitives.ReadInt32LittleEndian(_window.Ahead[12..]);
        if (major != Version)
        {
            decoder.Break(12, $"version {major} of the format is not known; 3 to 6 are read");
            return;
        }
        _window.Skip(PreambleBytes);
        while (decoder.AwaitNext(4))
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(_window.Ahead);
            var (kind, blockBytes) = ((byte)(word >> 24), (int)(word & 0xFF_FFFF));
            _window.Skip(4);
            if (kind == EndKind)
            {
                decoder.Complete();
                return;
            }
            if (!decoder.Await(blockBytes, "a block")) return;
            if (decoder.Header is null && kind != TraceKind)
            {
                decoder.Break(_window.Offset, $"the first block is of kind {kind} and not the description of the trace");
                return;
            }
            var at = _window.Offset;
            if (!decoder.Decode(() => Decode(kind, at, blockBytes))) return;
            _window.Skip(blockBytes);
        }
    }

    bool Decode(byte kind, long at, int blockBytes) => kind switch
    {
        TraceKind => ReadTrace(at, blockBytes),
        EventKind => decoder.Events.Read(at, blockBytes, Version),
        MetadataKind => ReadMetadata(at, blockBytes),
        SequencePointKind => ReadSequencePoint(at, blockBytes),
        StackKind => decoder.Stacks.Read(_window.At(at, blockBytes)) || decoder.Break(at, "a stack reaches past the end of its block"),
        ThreadKind => IsWell(decoder.Threads.Read(_window.At(at, blockBytes)), at),
        RemoveThreadKind => RemoveThreads(at, blockBytes),
        LabelKind => IsWell(decoder.Labels.Read(_window.At(at, blockBytes)), at),
        _ => true,
    };

    bool IsWell(string? wrong, long at) => wrong is null || decoder.Break(at, wrong);

    bool ReadTrace(long at, int blockBytes)
    {
        var cursor = new PayloadCursor(_window.At(at, blockBytes));
        var start = TraceClock.ReadSystemTime(ref cursor);
        var (startTicks, frequency, pointerSize, pairs) = (cursor.Int64(), cursor.Int64(), cursor.Int32(), cursor.Int32());
        int processId = 0, processorCount = 0;
        for (; pairs > 0 && !cursor.IsTorn; pairs--)
        {
            var (key, value) = (cursor.Utf8(), cursor.Utf8());
            if (!int.TryParse(value, out var number)) continue;
            if (key == "ProcessId") processId = number;
            if (key == "HardwareThreadCount") processorCount = number;
        }
        if (cursor.IsTorn) return decoder.Break(at, "the description of the trace is cut");
        _lastTicks = startTicks;
        return decoder.Begin(TraceClock.Header(Version, start, startTicks, frequency, pointerSize, processId, processorCount), at);
    }

    bool ReadMetadata(long at, int blockBytes)
    {
        var cursor = new PayloadCursor(_window.At(at, blockBytes));
        cursor.Take(cursor.UInt16());
        if (cursor.IsTorn) return decoder.Break(at, "the header of a metadata block reaches past its end");
        while (cursor.Rest.Length > 0)
        {
            var rowAt = at + blockBytes - cursor.Rest.Length;
            if (!decoder.Describe(MetadataV6.Read(ref cursor), rowAt)) return false;
        }
        return true;
    }

    bool ReadSequencePoint(long at, int blockBytes)
    {
        var cursor = new PayloadCursor(_window.At(at, blockBytes));
        _lastTicks = cursor.Int64();
        var (flags, count) = ((uint)cursor.Int32(), (uint)cursor.Int32());
        if (count > cursor.Rest.Length / 2) return decoder.Break(at, $"a sequence point of {blockBytes} bytes says that it has {count} threads");
        for (; count > 0; count--) decoder.Sequences.Reached((long)cursor.Number(), cursor.Number32(), _lastTicks);
        if (cursor.IsTorn) return decoder.Break(at, "a sequence point is cut");
        decoder.SequencePoint(_lastTicks);
        decoder.Labels.Clear();
        if ((flags & FlushThreads) != 0)
        {
            decoder.Threads.Clear();
            decoder.Sequences.Clear();
        }
        if ((flags & FlushMetadata) != 0) decoder.Emitter.ForgetSorts();
        return true;
    }

    bool RemoveThreads(long at, int blockBytes)
    {
        var cursor = new PayloadCursor(_window.At(at, blockBytes));
        while (cursor.Rest.Length > 0)
        {
            var index = (long)cursor.Number();
            var sequence = cursor.Number32();
            if (cursor.IsTorn) return decoder.Break(at, "the list of ended threads is cut");
            decoder.Sequences.Reached(index, sequence, Math.Max(_lastTicks, decoder.Emitter.LastTicks));
            decoder.Sequences.Remove(index);
            decoder.Threads.Remove(index);
        }
        return true;
    }
}
