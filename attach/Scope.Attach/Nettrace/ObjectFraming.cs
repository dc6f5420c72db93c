// The framing of versions 3 to 5: a row of objects, each with its type's name before it, as an older serializer wrote them.
//   object  = begin, begin, null, int version, int least reader, text name, end, content, end
//   content = int bytes, padding to 4 of the stream's offset, the block      (all but Trace)
// Version 3 has no "Nettrace" before it, and its metadata stand among the events.
using System.Buffers.Binary;
using System.Text;

namespace Scope.Attach.Nettrace;

sealed class ObjectFraming(StreamDecoder decoder)
{
    const byte NullTag = 1, BeginObject = 4, BeginPrivateObject = 5, EndObject = 6;
    const int TraceBytes = 48, NameBytes = 64;

    static ReadOnlySpan<byte> Magic => "Nettrace"u8;
    static ReadOnlySpan<byte> Serializer => "\u0014\0\0\0!FastSerialization.1"u8;

    readonly StreamWindow _window = decoder.Window;
    int _version;

    public void Run()
    {
        var hasMagic = _window.Ahead.StartsWith(Magic);
        if (!ReadSerializer(hasMagic)) return;
        while (decoder.AwaitNext(1))
        {
            var at = _window.Offset;
            if (_window.Ahead[0] == NullTag)
            {
                _window.Skip(1);
                decoder.Complete();
                return;
            }
            if (!ReadType(out var type, out var version)) return;
            if (!ReadContent(type, version, at, hasMagic)) return;
            if (!_window.Fill(1)) return;
            if (_window.Ahead[0] != EndObject)
            {
                decoder.Break(_window.Offset, $"no end after the {type} that begins at byte {at}");
                return;
            }
            _window.Skip(1);
        }
    }

    bool ReadSerializer(bool hasMagic)
    {
        if (hasMagic) _window.Skip(Magic.Length);
        var at = _window.Offset;
        if (!_window.Fill(Serializer.Length)) return _window.Ahead.Length < 4 || Serializer.StartsWith(_window.Ahead) ? false : NotNettrace(0);
        if (!_window.Ahead.StartsWith(Serializer)) return NotNettrace(at);
        _window.Skip(Serializer.Length);
        return true;
    }

    bool NotNettrace(long at) => decoder.Break(at, "this is no nettrace stream: it begins otherwise than versions 3 to 6 do");

    bool ReadType(out string type, out int version)
    {
        (type, version) = ("", 0);
        var at = _window.Offset;
        if (!_window.Fill(15)) return false;
        var head = _window.Ahead;
        var nameBytes = BinaryPrimitives.ReadInt32LittleEndian(head[11..]);
        if (head[0] is not (BeginObject or BeginPrivateObject) || head[1] is not (BeginObject or BeginPrivateObject) || head[2] != NullTag || (uint)nameBytes > NameBytes)
            return decoder.Break(at, $"an object was to begin here (bytes {Convert.ToHexString(head[..15])})");
        version = BinaryPrimitives.ReadInt32LittleEndian(head[3..]);
        if (!_window.Fill(15 + nameBytes + 1)) return false;
        type = Encoding.UTF8.GetString(_window.Ahead.Slice(15, nameBytes));
        if (_window.Ahead[15 + nameBytes] != EndObject) return decoder.Break(at, $"the type '{type}' has no end");
        _window.Skip(15 + nameBytes + 1);
        return true;
    }

    bool ReadContent(string type, int version, long at, bool hasMagic)
    {
        if (type == "Trace") return ReadTrace(version, hasMagic);
        if (decoder.Header is null) return decoder.Break(at, $"the first object is '{type}' and not Trace");
        if (!_window.Fill(4)) return false;
        var blockBytes = BinaryPrimitives.ReadInt32LittleEndian(_window.Ahead);
        var padding = (int)(-(_window.Offset + 4) & 3);
        _window.Skip(4);
        if (!_window.Fill(padding)) return false;
        _window.Skip(padding);
        if (!decoder.Await(blockBytes, type)) return false;
        var block = _window.Offset;
        if (!decoder.Decode(() => Decode(type, block, blockBytes, at))) return false;
        _window.Skip(blockBytes);
        return true;
    }

    bool Decode(string type, long block, int blockBytes, long at) => type switch
    {
        "EventBlock" when _version == 3 => decoder.Events.ReadV3(block, blockBytes),
        "EventBlock" => decoder.Events.Read(block, blockBytes, _version),
        "MetadataBlock" => decoder.Events.ReadMetadata(block, blockBytes),
        "StackBlock" => decoder.Stacks.Read(_window.At(block, blockBytes)) || decoder.Break(block, "a stack reaches past the end of its block"),
        "SPBlock" => ReadSequencePoint(block, blockBytes),
        _ => decoder.Break(at, $"an object of the unknown type '{type}'"),
    };

    bool ReadTrace(int version, bool hasMagic)
    {
        if (version is < 3 or > 5 || version >= 4 != hasMagic)
            return decoder.Break(_window.Offset, $"version {version} of the format is not known; 3 to 6 are read");
        if (!_window.Fill(TraceBytes)) return false;
        _version = version;
        var cursor = new PayloadCursor(_window.Ahead[..TraceBytes]);
        var start = TraceClock.ReadSystemTime(ref cursor);
        var header = TraceClock.Header(version, start, cursor.Int64(), cursor.Int64(), cursor.Int32(), cursor.Int32(), cursor.Int32());
        if (!decoder.Begin(header, _window.Offset)) return false;
        _window.Skip(TraceBytes);
        return true;
    }

    bool ReadSequencePoint(long block, int blockBytes)
    {
        var cursor = new PayloadCursor(_window.At(block, blockBytes));
        var ticks = cursor.Int64();
        var count = cursor.Int32();
        if (cursor.IsTorn || count < 0 || count > cursor.Rest.Length / 12) return decoder.Break(block, $"a sequence point of {blockBytes} bytes says that it has {count} threads");
        for (var i = 0; i < count; i++) decoder.Sequences.Reached(cursor.Int64(), (uint)cursor.Int32(), ticks);
        decoder.SequencePoint(ticks);
        return true;
    }
}
