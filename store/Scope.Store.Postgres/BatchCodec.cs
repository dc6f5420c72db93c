// A batch's bytes: for each of the 16 columns its length and its varints, none when all are zero; then Brotli. See BatchColumns.cs.
using System.Runtime.CompilerServices;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Makes the bytes of batches.</summary>
/// <param name="quality">How much is put into making them small; see <see cref="Packing"/>.</param>
sealed class BatchEncoder(int quality)
{
    readonly struct Coder(ByteWriter[] columns) : IColumnCoder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Number(EventColumn column, ulong value)
        {
            columns[(int)column].Number(value);
            return value;
        }
    }

    readonly ByteWriter[] _columns = [.. Enumerable.Range(0, BatchColumns.Count).Select(_ => new ByteWriter(1 << 14))];
    readonly BatchColumns<Coder> _shape = new();
    readonly ByteWriter _content = new(1 << 16);

    /// <summary>The bytes of some events.</summary>
    public byte[] Encode(ReadOnlySpan<ScopeEvent> events)
    {
        foreach (var column in _columns) column.Clear();
        _shape.Restart();
        var coder = new Coder(_columns);
        foreach (var e in events)
        {
            var copy = e;
            _shape.Code(ref coder, ref copy);
        }
        _content.Clear();
        foreach (var column in _columns)
        {
            var bytes = column.Length == events.Length && !column.Written.ContainsAnyExcept((byte)0) ? default : column.Written;
            _content.Number((ulong)bytes.Length);
            _content.Bytes(bytes);
        }
        return Packing.Pack(_content.Written, quality);
    }
}

/// <summary>Makes events of the bytes of batches. For one thread.</summary>
sealed class BatchDecoder
{
    struct Coder(byte[] content, int[] at, int[] end) : IColumnCoder
    {
        public bool IsBroken;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Number(EventColumn column, ulong value)
        {
            ref var next = ref at[(int)column];
            if (next == Absent) return 0; // A column of zeros.
            if (next == end[(int)column])
            {
                IsBroken = true;
                return 0;
            }
            var first = content[next];
            if (first < 0x80)
            {
                next++;
                return first;
            }
            var rest = (ReadOnlySpan<byte>)content.AsSpan(next, end[(int)column] - next);
            if (!Varint.TryRead(ref rest, out var number)) IsBroken = true;
            next = IsBroken ? end[(int)column] : end[(int)column] - rest.Length;
            return number;
        }
    }

    const int Absent = -1;

    readonly BatchColumns<Coder> _shape = new();
    readonly int[] _at = new int[BatchColumns.Count], _end = new int[BatchColumns.Count];
    byte[] _content = [];
    ScopeEvent[] _events = [];

    /// <summary>The events of a batch, good until the next one; throws when the bytes are none of ours.</summary>
    public ReadOnlySpan<ScopeEvent> Decode(ReadOnlySpan<byte> data, int count)
    {
        var content = new ByteCursor(Packing.Expand(data, ref _content));
        var length = content.Left;
        for (var i = 0; i < BatchColumns.Count; i++)
        {
            var bytes = (int)content.Number();
            _at[i] = bytes == 0 ? Absent : length - content.Left;
            _end[i] = bytes == 0 ? Absent : _at[i] + bytes;
            content.Bytes(bytes);
        }
        if (content.Mistake is { } mistake) throw new InvalidDataException($"a batch of {count} events: {mistake}");
        if (_events.Length < count) _events = new ScopeEvent[count];
        _shape.Restart();
        var coder = new Coder(_content, _at, _end);
        foreach (ref var e in _events.AsSpan(0, count)) _shape.Code(ref coder, ref e);
        if (coder.IsBroken || !_at.AsSpan().SequenceEqual(_end)) throw new InvalidDataException($"a batch of {count} events holds columns of other lengths");
        return _events.AsSpan(0, count);
    }
}
