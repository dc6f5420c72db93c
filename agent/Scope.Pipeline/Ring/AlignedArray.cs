// An array whose first element starts on a cache line. It is a pinned array and not native memory, so that a reader that
// is still at work when everybody else has let go can not read memory that is no longer there.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scope.Pipeline.Ring;

/// <summary>A fixed number of values from a cache line on.</summary>
sealed class AlignedArray<T> where T : unmanaged
{
    readonly byte[] _memory;
    readonly nuint _start;

    public unsafe AlignedArray(int length)
    {
        _memory = GC.AllocateArray<byte>(checked(length * sizeof(T) + RingLayout.LineBytes), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _start = (RingLayout.LineBytes - address % RingLayout.LineBytes) % RingLayout.LineBytes;
    }

    /// <summary>The first value. The reference keeps the memory alive.</summary>
    public ref T First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(_memory), _start));
    }
}
