// A Parquet file: "PAR1", row groups, a footer that says where everything is, its length, "PAR1". Written from the beginning
// to the end without going back, so it can go into a pipe; a row group at a time is in memory.
using System.Buffers.Binary;
using System.IO.Compression;
using Scope.Events;

namespace Scope.Reports.Exports.Parquet;

/// <summary>Writes a file of events.</summary>
sealed class ParquetFile(Stream output, IReadOnlyList<ParquetColumn> columns)
{
    const int Gzip = 2, Int64 = 2, ByteArray = 6, Optional = 1, Utf8 = 0, Rle = 3, DataPage = 0, DictionaryPage = 2;

    /// <summary>Where a column of a row group is, and what its reader must know.</summary>
    sealed record Chunk(ParquetColumn Column, long? Dictionary, long Data, long PlainBytes, long StoredBytes, int[] Encodings, (long Least, long Most)? Range);

    readonly List<(long Rows, List<Chunk> Chunks)> _groups = [];
    long _position, _rows;
    int _groupRows;

    /// <summary>Begins the file.</summary>
    public void Begin() => Write("PAR1"u8);

    /// <summary>Adds an event.</summary>
    public void Add(EventId id, in ScopeEvent e)
    {
        foreach (var column in columns) column.Add(id, in e);
        _groupRows++;
        if (_groupRows == Limits.ParquetGroupRows || (_groupRows % 1024 == 0 && columns.Sum(c => c.Bytes) > Limits.ParquetGroupBytes)) EndGroup();
    }

    /// <summary>Ends the file.</summary>
    public void End()
    {
        if (_groupRows > 0) EndGroup();
        var footer = Footer();
        Write(footer.Written);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Written.Length);
        Write(length);
        Write("PAR1"u8);
    }

    void EndGroup()
    {
        _groups.Add((_groupRows, [.. columns.Select(WriteChunk)]));
        _rows += _groupRows;
        _groupRows = 0;
    }

    Chunk WriteChunk(ParquetColumn column)
    {
        var (start, plain, dictionary, data) = (_position, 0L, (long?)null, 0L);
        var range = column.Range;
        var pages = column.Take();
        foreach (var page in pages)
        {
            if (page.IsDictionary) dictionary = _position;
            else data = _position;
            plain += WritePage(page);
        }
        return new(column, dictionary, data, plain, _position - start, [Rle, .. pages.Select(p => p.Encoding)], range);
    }

    /// <summary>Writes a page; gives how many bytes it would have without compression.</summary>
    long WritePage(ParquetPage page)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) page.Content.WriteTo(gzip);
        var head = new ThriftWriter();
        head.Number(1, page.IsDictionary ? DictionaryPage : DataPage);
        head.Number(2, (int)page.Content.Length);
        head.Number(3, (int)packed.Length);
        head.Within(page.IsDictionary ? 7 : 5, () =>
        {
            head.Number(1, page.Values);
            head.Number(2, page.Encoding);
            if (page.IsDictionary) return;
            head.Number(3, Rle);
            head.Number(4, Rle);
        });
        head.End();
        Write(head.Written);
        Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        return head.Written.Length + page.Content.Length;
    }

    ThriftWriter Footer()
    {
        var footer = new ThriftWriter();
        footer.Number(1, 2);
        footer.List<ParquetColumn?>(2, [null, .. columns], column => Schema(footer, column));
        footer.Long(3, _rows);
        footer.List(4, _groups, group =>
        {
            footer.List(1, group.Chunks, chunk => Describe(footer, chunk, group.Rows));
            footer.Long(2, group.Chunks.Sum(c => c.PlainBytes));
            footer.Long(3, group.Rows);
        });
        footer.Text(6, "scope-attach");
        footer.End();
        return footer;
    }

    /// <summary>A column of the schema; its root for null.</summary>
    void Schema(ThriftWriter footer, ParquetColumn? column)
    {
        if (column is null)
        {
            footer.Text(4, "events");
            footer.Number(5, columns.Count);
            return;
        }
        footer.Number(1, column.IsText ? ByteArray : Int64);
        footer.Number(3, Optional);
        footer.Text(4, column.Name);
        if (column.IsText)
        {
            footer.Number(6, Utf8);
            footer.Within(10, () => footer.Within(1, () => { }));
        }
        else if (column.IsTime) footer.Within(10, () => footer.Within(8, () =>
        {
            footer.Truth(1, true);
            footer.Within(2, () => footer.Within(3, () => { }));
        }));
    }

    static void Describe(ThriftWriter footer, Chunk chunk, long rows)
    {
        footer.Long(2, chunk.Dictionary ?? chunk.Data);
        footer.Within(3, () =>
        {
            footer.Number(1, chunk.Column.IsText ? ByteArray : Int64);
            footer.Numbers(2, chunk.Encodings);
            footer.OneText(3, chunk.Column.Name);
            footer.Number(4, Gzip);
            footer.Long(5, rows);
            footer.Long(6, chunk.PlainBytes);
            footer.Long(7, chunk.StoredBytes);
            footer.Long(9, chunk.Data);
            if (chunk.Dictionary is { } dictionary) footer.Long(11, dictionary);
            if (chunk.Range is not { } range) return;
            footer.Within(12, () =>
            {
                footer.Bytes(5, range.Most);
                footer.Bytes(6, range.Least);
            });
        });
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _position += bytes.Length;
    }
}
