// A set of handles of one sort, as a filter: a wildcard stands for all methods that it fits, a thread's number for all threads
// that had it. Looked at once an event, so it is bits by the dense id where ids are small, and a sorted list where not.
using System.Runtime.CompilerServices;

namespace Scope.Store;

/// <summary>Some handles; "none" is never one of them. An empty set lets nothing pass.</summary>
/// <typeparam name="THandle">One of the handle types of Scope.Events.</typeparam>
public sealed class HandleSet<THandle> : IEquatable<HandleSet<THandle>> where THandle : unmanaged
{
    const int MostBits = 1 << 22; // Half a megabyte; only spans and flows have ids beyond it.

    readonly int[] _values;
    readonly ulong[]? _bits;

    /// <summary>The set of some handles.</summary>
    public HandleSet(IEnumerable<THandle> handles) : this([.. handles.Select(ValueOf).Where(value => value > 0).Distinct().Order()]) { }

    HandleSet(int[] values)
    {
        _values = values;
        if (values.Length > 0 && values[^1] >= MostBits) return;
        _bits = new ulong[values.Length == 0 ? 0 : (values[^1] >> 6) + 1];
        foreach (var value in values) _bits[value >> 6] |= 1UL << value;
    }

    /// <summary>How many.</summary>
    public int Count => _values.Length;

    /// <summary>All, ascending.</summary>
    public IEnumerable<THandle> Handles => _values.Select(HandleOf);

    /// <summary>Their numbers, ascending.</summary>
    internal ReadOnlySpan<int> Values => _values;

    /// <summary>Whether a handle is one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(THandle handle)
    {
        var value = ValueOf(handle);
        if (_bits is not { } bits) return Array.BinarySearch(_values, value) >= 0;
        return (uint)value >> 6 < (uint)bits.Length && (bits[value >> 6] >> value & 1) != 0;
    }

    /// <summary>Those that are in another set too; all when there is no other.</summary>
    public HandleSet<THandle> And(HandleSet<THandle>? other) => other is null ? this : new([.. _values.Where(value => other.Contains(HandleOf(value)))]);

    /// <inheritdoc/>
    public bool Equals(HandleSet<THandle>? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HandleSet<THandle>);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_values.Length, _values.Length == 0 ? 0 : _values[0]);

    /// <summary>The numbers with commas between.</summary>
    public override string ToString() => string.Join(',', _values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int ValueOf(THandle handle) => Unsafe.SizeOf<THandle>() == sizeof(ushort) ? Unsafe.BitCast<THandle, ushort>(handle) : Unsafe.BitCast<THandle, int>(handle);

    static THandle HandleOf(int value) => Unsafe.SizeOf<THandle>() == sizeof(ushort) ? Unsafe.BitCast<ushort, THandle>((ushort)value) : Unsafe.BitCast<int, THandle>(value);
}
