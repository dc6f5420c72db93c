// The compact protocol of Thrift, as far as Parquet's headers and footer need it: fields in ascending order, each as the
// difference to the field before.
using System.Buffers.Binary;
using System.Text;

namespace Scope.Reports.Exports.Parquet;

/// <summary>Writes one Thrift structure after the other.</summary>
sealed class ThriftWriter
{
    const byte True = 1, False = 2, Int32 = 5, Int64 = 6, Binary = 8, ListOf = 9, Structure = 12;
    const int ShortList = 15;

    readonly MemoryStream _bytes = new();
    readonly Stack<int> _outer = new();
    int _last;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length);

    /// <summary>A number of 32 bits.</summary>
    public void Number(int field, int value)
    {
        Field(field, Int32);
        Signed(value);
    }

    /// <summary>A number of 64 bits.</summary>
    public void Long(int field, long value)
    {
        Field(field, Int64);
        Signed(value);
    }

    /// <summary>A truth.</summary>
    public void Truth(int field, bool value) => Field(field, value ? True : False);

    /// <summary>A text.</summary>
    public void Text(int field, string value)
    {
        Field(field, Binary);
        Element(value);
    }

    /// <summary>Eight bytes, low first.</summary>
    public void Bytes(int field, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Field(field, Binary);
        Unsigned(sizeof(long));
        _bytes.Write(bytes);
    }

    /// <summary>A structure that is a field.</summary>
    public void Within(int field, Action write)
    {
        Field(field, Structure);
        Element(write);
    }

    /// <summary>A list of structures.</summary>
    public void List<T>(int field, IReadOnlyCollection<T> all, Action<T> write)
    {
        ListHead(field, all.Count, Structure);
        foreach (var one in all) Element(() => write(one));
    }

    /// <summary>A list of numbers of 32 bits.</summary>
    public void Numbers(int field, params ReadOnlySpan<int> all)
    {
        ListHead(field, all.Length, Int32);
        foreach (var one in all) Signed(one);
    }

    /// <summary>A list of one text.</summary>
    public void OneText(int field, string value)
    {
        ListHead(field, 1, Binary);
        Element(value);
    }

    /// <summary>Ends the structure.</summary>
    public void End() => _bytes.WriteByte(0);

    void Element(Action write)
    {
        _outer.Push(_last);
        _last = 0;
        write();
        End();
        _last = _outer.Pop();
    }

    void Element(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Unsigned((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    void ListHead(int field, int count, byte sort)
    {
        Field(field, ListOf);
        _bytes.WriteByte((byte)(Math.Min(count, ShortList) << 4 | sort));
        if (count >= ShortList) Unsigned((ulong)count);
    }

    void Field(int field, byte sort)
    {
        _bytes.WriteByte((byte)(field - _last << 4 | sort)); // Parquet's fields are never more than fifteen apart.
        _last = field;
    }

    void Signed(long value) => Unsigned((ulong)(value << 1 ^ value >> 63));

    void Unsigned(ulong value) => PackedNumbers.Varint(_bytes, value);
}
