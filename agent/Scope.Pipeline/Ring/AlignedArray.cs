// An array whose first element starts on a cache line. It is a pinned array and not native memory, so that a reader that
// is still at work when everybody else has let go can not read memory that is no longer there: references into it that
// are made from the pointer keep it alive, as any reference into an array does.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scope.Pipeline.Ring;

/// <summary>A fixed number of values from a cache line on. Whoever uses the pointer holds this object too.</summary>
sealed unsafe class AlignedArray<T> where T : unmanaged
{
    readonly byte[] _memory;

    public AlignedArray(int length)
    {
        _memory = GC.AllocateArray<byte>(checked(length * sizeof(T) + RingLayout.LineBytes), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        First = (T*)(address + (RingLayout.LineBytes - address % RingLayout.LineBytes) % RingLayout.LineBytes);
    }

    /// <summary>The first value.</summary>
    public T* First { get; }
}
