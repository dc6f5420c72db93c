// The types of a heap by their method tables, with what walking objects needs of each: its size, and where its references
// are. A type is learnt when its first object is met; after that it is one look into a hash table.
using System.Buffers.Binary;
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Heap;

/// <summary>What walking needs of a type.</summary>
struct TypeShape
{
    /// <summary>Bytes of an object without elements, its header counted.</summary>
    public uint BaseBytes;

    /// <summary>Bytes of one element of an array or string; 0 for other types.</summary>
    public uint ElementBytes;

    /// <summary>Where its runs of references begin among <see cref="HeapTypes.Runs"/>.</summary>
    public int FirstRun;

    /// <summary>How many runs; 0 when it has no references, negative for arrays of structs, whose runs repeat.</summary>
    public int Runs;

    /// <summary>What is special about it.</summary>
    public TypeTraits Traits;

    /// <summary>Whether and as what its objects are looked at one by one.</summary>
    public ObjectSort Sort;
}

/// <summary>What is special about a type.</summary>
[Flags]
enum TypeTraits : ushort
{
    None = 0,
    Free = 1,
    String = 2,
    Exception = 4,
    Delegate = 8,
    Array = 16,
}

/// <summary>A run of references: for plain types from an offset to (size + <see cref="Extent"/>); for repeated ones so many references, then a gap.</summary>
readonly record struct ReferenceRun(long Offset, long Extent);

/// <summary>The types that were met.</summary>
sealed class HeapTypes
{
    const uint LeastBaseBytes = 16, MostBaseBytes = 1 << 24;

    readonly ClrHeap _heap;
    readonly IMemoryReader _reader;
    readonly List<ReferenceRun> _runs = [];
    ulong[] _keys = new ulong[1 << 13];
    int[] _values = new int[1 << 13];
    ReferenceRun[] _runArray = [];
    int _count;

    /// <param name="heap">The heap.</param>
    public HeapTypes(ClrHeap heap) => (_heap, _reader) = (heap, heap.Runtime.DataTarget.DataReader);

    /// <summary>The types, by number.</summary>
    public List<ClrType> All { get; } = [];

    /// <summary>Their shapes, by number.</summary>
    public TypeShape[] Shapes { get; private set; } = new TypeShape[1 << 10];

    /// <summary>The runs of references that shapes point to.</summary>
    public ReferenceRun[] Runs => _runArray.Length == _runs.Count ? _runArray : _runArray = [.. _runs];

    /// <summary>The number of a type; -1 for what is no method table. The lowest bits of the word are marks of the collector.</summary>
    /// <param name="methodTable">The object's first word.</param>
    /// <param name="address">The object: what an array is of, ClrMD learns from one only.</param>
    public int Of(ulong methodTable, ulong address)
    {
        methodTable &= ~7UL;
        if (methodTable == 0) return -1;
        for (var at = Slot(methodTable); ; at = at + 1 & _keys.Length - 1)
        {
            if (_keys[at] == methodTable) return _values[at];
            if (_keys[at] == 0) return Learn(methodTable, address);
        }
    }

    int Slot(ulong key) => (int)(key * 0x9E3779B97F4A7C15 >> 40) & _keys.Length - 1;

    /// <summary>
    /// Whether a word may lead to a method table. What is no type must not get to the runtime's own reader: it follows whatever it is
    /// shown, and falls. A method table begins with flags and the size of an object; its parent and its module stand behind.
    /// </summary>
    bool MayBeType(ulong methodTable)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (!IsPointer(methodTable) || _reader.Read(methodTable, bytes) != bytes.Length) return false;
        var (parent, module) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) is >= LeastBaseBytes and <= MostBaseBytes
            && (parent == 0 || IsPointer(parent)) && (IsPointer(module) || module == 0 && parent == 0); // Free space has neither.
    }

    static bool IsPointer(ulong word) => word is > uint.MaxValue and < 1UL << 47 && (word & 7) == 0;

    int Learn(ulong methodTable, ulong address)
    {
        var type = MayBeType(methodTable) ? _heap.GetObjectType(address) : null;
        var number = type is null || type.StaticSize <= 0 ? -1 : All.Count;
        if (number >= 0) Add(type!);
        if (++_count * 2 > _keys.Length) Grow();
        var at = Slot(methodTable);
        while (_keys[at] != 0) at = at + 1 & _keys.Length - 1;
        (_keys[at], _values[at]) = (methodTable, number);
        return number;
    }

    void Add(ClrType type)
    {
        if (All.Count == Shapes.Length)
        {
            var shapes = Shapes;
            Array.Resize(ref shapes, shapes.Length * 2);
            Shapes = shapes;
        }
        ref var shape = ref Shapes[All.Count];
        // ClrMD leaves the end mark of a string out; the collector counts it.
        shape.BaseBytes = (uint)type.StaticSize + (type.IsString ? 2u : 0);
        shape.ElementBytes = type.IsArray || type.IsString ? (uint)type.ComponentSize : 0;
        shape.Traits = (type.IsFree ? TypeTraits.Free : 0) | (type.IsString ? TypeTraits.String : 0) | (type.IsException ? TypeTraits.Exception : 0)
            | (type.IsArray ? TypeTraits.Array : 0) | (IsDelegate(type) ? TypeTraits.Delegate : 0);
        shape.Sort = ObjectSorts.Of(type);
        if (type.IsFree) (shape.BaseBytes, shape.ElementBytes) = (24, 1);
        if (type.ContainsPointers) ReadRuns(type.MethodTable, ref shape);
        All.Add(type);
    }

    static bool IsDelegate(ClrType type) => type.BaseType?.Name == "System.MulticastDelegate";

    // Before the method table, going down: the number of series, then each as (extent, offset). A negative number is an
    // array of structs: one offset, then so many pairs of (references, gap) of 32 bits each.
    void ReadRuns(ulong methodTable, ref TypeShape shape)
    {
        var series = _reader.Read<long>(methodTable - 8);
        shape.FirstRun = _runs.Count;
        shape.Runs = (int)series;
        if (series > 0)
            for (var i = 0; i < series; i++)
                _runs.Add(new(_reader.Read<long>(methodTable - 16 - (ulong)i * 16), _reader.Read<long>(methodTable - 24 - (ulong)i * 16)));
        else if (series < 0)
        {
            _runs.Add(new(_reader.Read<long>(methodTable - 16), 0));
            for (var i = 0; i < -series; i++)
            {
                var pair = _reader.Read<ulong>(methodTable - 24 - (ulong)i * 8);
                _runs.Add(new((long)(pair & uint.MaxValue), (long)(pair >> 32)));
            }
        }
    }

    void Grow()
    {
        var (keys, values) = (_keys, _values);
        (_keys, _values) = (new ulong[keys.Length * 2], new int[keys.Length * 2]);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0) continue;
            var at = Slot(keys[i]);
            while (_keys[at] != 0) at = at + 1 & _keys.Length - 1;
            (_keys[at], _values[at]) = (keys[i], values[i]);
        }
    }
}
