// The columns of a Parquet file: each takes one value of each event, keeps those of a row group, and writes them as pages.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Scope.Events;

namespace Scope.Reports.Exports.Parquet;

/// <summary>What a page holds before it is compressed.</summary>
/// <param name="IsDictionary">Whether it is the dictionary of the page after it.</param>
/// <param name="Values">How many values, those that are missing counted.</param>
/// <param name="Encoding">Parquet's number of the encoding.</param>
/// <param name="Content">The bytes.</param>
readonly record struct ParquetPage(bool IsDictionary, int Values, int Encoding, MemoryStream Content);

/// <summary>One column. Every value may be missing.</summary>
abstract class ParquetColumn(string name)
{
    protected const int Plain = 0, DeltaBinaryPacked = 5, DeltaLengthByteArray = 6, RleDictionary = 8;

    readonly List<int> _isThere = [];

    public string Name => name;

    /// <summary>Whether it holds texts; else numbers of 64 bits.</summary>
    public abstract bool IsText { get; }

    /// <summary>Whether its numbers are nanoseconds since 1970 UTC.</summary>
    public bool IsTime { get; init; }

    /// <summary>About how many bytes the row group holds of it.</summary>
    public virtual long Bytes => 0;

    /// <summary>The smallest and the largest number of the row group; null for texts and where there is none.</summary>
    public virtual (long Least, long Most)? Range => null;

    /// <summary>Takes the next event's value.</summary>
    public abstract void Add(EventId id, in ScopeEvent e);

    /// <summary>The row group's pages; then it begins anew.</summary>
    public abstract IReadOnlyList<ParquetPage> Take();

    protected void Note(bool isThere) => _isThere.Add(isThere ? 1 : 0);

    /// <summary>A page of values that begins by saying which rows have one.</summary>
    protected ParquetPage Page(int encoding, Action<MemoryStream> write)
    {
        var content = new MemoryStream();
        content.Write(stackalloc byte[sizeof(int)]);
        PackedNumbers.Runs(content, CollectionsMarshal.AsSpan(_isThere), 1);
        BinaryPrimitives.WriteInt32LittleEndian(content.GetBuffer(), (int)content.Length - sizeof(int));
        write(content);
        var page = new ParquetPage(false, _isThere.Count, encoding, content);
        _isThere.Clear();
        return page;
    }
}

/// <summary>Gives one number of an event; null for none.</summary>
delegate long? NumberOf(EventId id, in ScopeEvent e);

/// <summary>Gives the number of the text that an event has, 0 for none.</summary>
delegate int TextOf(in ScopeEvent e);

/// <summary>Numbers.</summary>
sealed class NumberColumn(string name, NumberOf numberOf) : ParquetColumn(name)
{
    readonly List<long> _values = [];

    public override bool IsText => false;

    public override (long Least, long Most)? Range => _values.Count == 0 ? null : (_values.Min(), _values.Max());

    public override void Add(EventId id, in ScopeEvent e)
    {
        var number = numberOf(id, in e);
        Note(number is not null);
        if (number is { } there) _values.Add(there);
    }

    public override IReadOnlyList<ParquetPage> Take()
    {
        var page = Page(DeltaBinaryPacked, content => PackedNumbers.Deltas(content, CollectionsMarshal.AsSpan(_values)));
        _values.Clear();
        return [page];
    }
}

/// <summary>Texts that come again and again: each stands once in the row group, and is asked for once.</summary>
/// <param name="name">The column's name.</param>
/// <param name="textOf">Which text an event has.</param>
/// <param name="read">The text of a number; null or "" for none.</param>
sealed class NameColumn(string name, TextOf textOf, Func<int, string?> read) : ParquetColumn(name)
{
    const int None = -1;

    readonly Dictionary<int, int> _indexes = [];
    readonly List<int> _values = [];
    readonly MemoryStream _texts = new();
    int _count;

    public override bool IsText => true;

    public override long Bytes => _texts.Length;

    public override void Add(EventId id, in ScopeEvent e)
    {
        var number = textOf(in e);
        var index = None;
        if (number != 0)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, number, out var exists);
            if (!exists) known = Keep(read(number));
            index = known;
        }
        Note(index != None);
        if (index != None) _values.Add(index);
    }

    public override IReadOnlyList<ParquetPage> Take()
    {
        var dictionary = new ParquetPage(true, _count, Plain, new(_texts.ToArray()));
        var page = Page(RleDictionary, content =>
        {
            var width = PackedNumbers.WidthOf(_count);
            content.WriteByte((byte)width);
            PackedNumbers.Runs(content, CollectionsMarshal.AsSpan(_values), width);
        });
        _indexes.Clear();
        _values.Clear();
        _texts.SetLength(0);
        _count = 0;
        return [dictionary, page];
    }

    int Keep(string? text)
    {
        if (string.IsNullOrEmpty(text)) return None;
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _texts.Write(length);
        _texts.Write(bytes);
        return _count++;
    }
}

/// <summary>Texts of which each is another.</summary>
/// <param name="name">The column's name.</param>
/// <param name="write">Writes an event's text as UTF-8; nothing for none.</param>
sealed class TextColumn(string name, TextColumn.Writer write) : ParquetColumn(name)
{
    /// <summary>Writes an event's text.</summary>
    public delegate void Writer(in ScopeEvent e, Stream to);

    readonly List<long> _lengths = [];
    readonly MemoryStream _texts = new();

    public override bool IsText => true;

    public override long Bytes => _texts.Length;

    public override void Add(EventId id, in ScopeEvent e)
    {
        var before = _texts.Length;
        write(in e, _texts);
        var length = _texts.Length - before;
        Note(length > 0);
        if (length > 0) _lengths.Add(length);
    }

    public override IReadOnlyList<ParquetPage> Take()
    {
        var page = Page(DeltaLengthByteArray, content =>
        {
            PackedNumbers.Deltas(content, CollectionsMarshal.AsSpan(_lengths));
            _texts.WriteTo(content);
        });
        _lengths.Clear();
        _texts.SetLength(0);
        return [page];
    }
}
