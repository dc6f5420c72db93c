// Fields of objects by name, quickly: where a field lies is looked up once for each type. For the handful of framework
// types whose insides a snapshot knows; a field that is not there (another runtime version) reads as null or zero, and the
// part that needed it tells less.
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Reads fields.</summary>
sealed class ObjectFields(ClrHeap heap)
{
    const int HeaderBytes = 8; // Offsets of fields are told from behind the method table.

    readonly IMemoryReader _reader = heap.Runtime.DataTarget.DataReader;
    readonly Dictionary<(ulong, string), int> _offsets = [];
    readonly Dictionary<ulong, ClrType?> _types = [];

    /// <summary>The heap.</summary>
    public ClrHeap Heap => heap;

    /// <summary>An object's type; null when there is no object.</summary>
    public ClrType? TypeOf(ulong address)
    {
        if (address == 0 || !_reader.ReadPointer(address, out var methodTable)) return null;
        methodTable &= ~7UL;
        if (_types.TryGetValue(methodTable, out var known)) return known;
        return _types[methodTable] = heap.GetObjectType(address);
    }

    /// <summary>The name of an object's type; "" when there is no object.</summary>
    public string NameOf(ulong address) => TypeOf(address)?.Name ?? "";

    /// <summary>What a field points to; 0 for null.</summary>
    public ulong Reference(ulong address, string field) => OffsetOf(address, field) is > 0 and var offset && _reader.ReadPointer(address + (ulong)offset, out var value) ? value : 0;

    /// <summary>A field's value; the default when there is none.</summary>
    public T Value<T>(ulong address, string field) where T : unmanaged => OffsetOf(address, field) is > 0 and var offset && _reader.Read<T>(address + (ulong)offset, out var value) ? value : default;

    /// <summary>A field that holds a text; "" for null.</summary>
    public string Text(ulong address, string field) => TextAt(Reference(address, field));

    /// <summary>The text of a string object; "" for null.</summary>
    public string TextAt(ulong address) => address == 0 ? "" : heap.GetObject(address).AsString(Events.Limits.NameChars) ?? "";

    /// <summary>The address of a field of struct type in an object.</summary>
    public (ulong Address, ClrType? Type) Struct(ulong address, string field)
    {
        var found = TypeOf(address)?.GetFieldByName(field);
        return found is null ? default : (address + HeaderBytes + (ulong)found.Offset, found.Type);
    }

    /// <summary>A word in memory.</summary>
    public ulong Word(ulong address) => _reader.ReadPointer(address, out var value) ? value : 0;

    /// <summary>A value in memory.</summary>
    public T Word<T>(ulong address) where T : unmanaged => _reader.Read<T>(address, out var value) ? value : default;

    /// <summary>The elements of an array of references that are not null.</summary>
    public IEnumerable<ulong> Elements(ulong array)
    {
        if (TypeOf(array) is not { IsArray: true } type) yield break;
        var count = Word<int>(array + 8);
        var first = type.GetArrayElementAddress(array, 0);
        for (var i = 0; i < count; i++)
            if (Word(first + (ulong)i * 8) is not 0 and var element) yield return element;
    }

    /// <summary>A static field of a type of the core library.</summary>
    public ulong Static(string type, string field)
    {
        var core = heap.Runtime.AppDomains.FirstOrDefault();
        if (core is null || heap.GetTypeByName(type)?.GetStaticFieldByName(field) is not { } found || !found.IsInitialized(core)) return 0;
        return found.ReadObject(core).Address;
    }

    int OffsetOf(ulong address, string field)
    {
        if (TypeOf(address) is not { } type) return 0;
        if (_offsets.TryGetValue((type.MethodTable, field), out var known)) return known;
        return _offsets[(type.MethodTable, field)] = type.GetFieldByName(field) is { } found ? found.Offset + HeaderBytes : 0;
    }
}
