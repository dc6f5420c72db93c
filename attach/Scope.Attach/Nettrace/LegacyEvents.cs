// Events of version 3, in the order of time as they stand, and not numbered: what was dropped is not told. Each carries its stack,
// and what sorts of events there are stands among them, as events of the sort 0.
using System.Buffers.Binary;

namespace Scope.Attach.Nettrace;

sealed class LegacyEvents(StreamDecoder decoder)
{
    const int HeaderBytes = 56;

    int _stacks;

    /// <summary>Reads a block.</summary>
    public bool Read(long block, int blockBytes)
    {
        var window = decoder.Window;
        ref var bytes = ref window.First;
        var start = window.IndexOf(block);
        var end = start + blockBytes;
        var header = new EventHeader();
        for (var at = start; at < end;)
        {
            var offset = block + at - start;
            var payloadAt = header.ReadV3(ref bytes, at, out var eventBytes);
            var payloadRoom = (uint)eventBytes <= (uint)(end - at) ? at + 4 + eventBytes - payloadAt : -1;
            if (payloadAt > end || at + 4 + eventBytes > end || (uint)header.PayloadBytes > (uint)payloadRoom || payloadRoom < 0)
                return decoder.Break(offset, $"an event reaches past the end of its block, which begins at byte {block}");
            var payload = window.At(offset + HeaderBytes, header.PayloadBytes);
            if (header.MetadataId == 0)
            {
                if (!decoder.Describe(MetadataV5.Read(payload), offset)) return false;
            }
            else
            {
                var afterPayload = payloadAt + header.PayloadBytes;
                header.Event.StackId = TellStack(window.At(offset + afterPayload - at, at + 4 + eventBytes - afterPayload));
                decoder.Emitter.Emit(header.MetadataId, in header.Event, payload);
            }
            at += 4 + eventBytes;
        }
        // Stacks are not shared here: their numbers start again with each block, so that nobody must keep them for ever.
        if (_stacks > 0) decoder.SequencePoint(header.Event.Ticks); else decoder.Sink.Advance(header.Event.Ticks);
        _stacks = 0;
        return true;
    }

    int TellStack(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4) return 0;
        var stackBytes = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (stackBytes <= 0 || stackBytes > rest.Length - 4) return 0;
        decoder.Sink.Stack(++_stacks, rest.Slice(4, stackBytes));
        return _stacks;
    }
}
