// The registers of stopped threads, in the layout in which ClrMD wants them: the CONTEXT of Windows.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Scope.Attach.Processes;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>Registers by thread id as the target itself knows it, which is another in a container.</summary>
sealed class ThreadContexts
{
    const int ContextBytes = 0x4d0, FlagsOffset = 0x30;
    const uint AllParts = 0x10000f; // Control, integer, segments and floating point of AMD64.

    // The kernel's user_regs_struct in its order; where each goes in the CONTEXT, -1 for nowhere.
    static readonly int[] Places = [0xf0, 0xe8, 0xe0, 0xd8, 0xa0, 0x90, 0xd0, 0xc8, 0xc0, 0xb8, 0x78, 0x80, 0x88, 0xa8, 0xb0, -1, 0xf8, -1, 0x44, 0x98];

    readonly Dictionary<uint, byte[]> _contexts = [];

    /// <summary>The threads.</summary>
    public IReadOnlyCollection<uint> Threads => _contexts.Keys;

    /// <summary>Whether we know the registers of this machine.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Reads the registers of stopped threads; on the thread that stopped them.</summary>
    public static unsafe ThreadContexts Read(int pid, IReadOnlyCollection<int> threads)
    {
        var all = new ThreadContexts();
        Span<ulong> registers = stackalloc ulong[27];
        foreach (var thread in threads)
        {
            fixed (ulong* at = registers)
                if (NativeCalls.Ptrace(NativeCalls.PtraceGetRegisters, thread, 0, (nint)at) != 0) continue;
            all.Add((uint)thread, registers);
        }
        return all;
    }

    /// <summary>Adds a thread's registers, as the kernel tells them.</summary>
    public void Add(uint thread, ReadOnlySpan<ulong> registers) => _contexts[thread] = Context(registers);

    /// <summary>Renames threads of another pid namespace to what their runtime calls them. After the pause: it reads a file for each.</summary>
    public void UseInnerIds(int pid)
    {
        if (ProcFs.InnerPid(pid) == pid) return;
        foreach (var outer in _contexts.Keys.ToList())
        {
            var inner = ProcFs.ReadText($"/proc/{pid}/task/{outer}/status")?.Split('\n').FirstOrDefault(l => l.StartsWith("NSpid:", StringComparison.Ordinal))?.Split('\t', ' ')[^1];
            if (!uint.TryParse(inner, out var id) || id == outer || !_contexts.Remove(outer, out var context)) continue;
            _contexts[id] = context;
        }
    }

    /// <summary>Copies a thread's registers; false when it is none of ours.</summary>
    public bool TryGet(uint thread, Span<byte> into)
    {
        if (!_contexts.TryGetValue(thread, out var context)) return false;
        context.AsSpan(0, Math.Min(context.Length, into.Length)).CopyTo(into);
        return true;
    }

    static byte[] Context(ReadOnlySpan<ulong> registers)
    {
        var context = new byte[ContextBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(FlagsOffset), AllParts);
        for (var i = 0; i < Places.Length; i++)
        {
            if (Places[i] == 0x44) BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(0x44), (uint)registers[i]);
            else if (Places[i] >= 0) BinaryPrimitives.WriteUInt64LittleEndian(context.AsSpan(Places[i]), registers[i]);
        }
        return context;
    }
}
