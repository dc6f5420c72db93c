// The target's memory as ClrMD reads it: from our copy where it was copied, else from the file that is mapped there, else
// from the live process. Without a copy it is the live process only, which is good for what does not change: the
// runtime's own tables, methods, types.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Diagnostics.Runtime;
using Microsoft.Diagnostics.Runtime.DataReaders.Implementation;
using Microsoft.Win32.SafeHandles;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>Reads a target's memory and registers.</summary>
sealed unsafe class TargetReader(int pid, List<MemoryRegion> regions, MemoryCopy? copy, ThreadContexts? contexts) : IDataReader, IThreadReader, IDisposable
{
    readonly ulong[] _starts = [.. regions.Select(r => r.Start)];
    readonly Dictionary<string, SafeFileHandle?> _files = [];
    ModuleInfo[]? _modules;

    public string DisplayName => $"process {pid}";

    /// <summary>How many reads went to the live process although there is a copy.</summary>
    public long LiveReads { get; private set; }

    // One thread reads at a time: the analysis walks objects in our own memory, not through here.
    public bool IsThreadSafe => false;

    public OSPlatform TargetPlatform => OSPlatform.Linux;

    public Architecture Architecture => RuntimeInformation.ProcessArchitecture;

    public int ProcessId => pid;

    public int PointerSize => 8;

    public void FlushCachedData() { }

    public IEnumerable<uint> EnumerateOSThreadIds() => contexts?.Threads ?? [];

    public ulong GetThreadTeb(uint osThreadId) => 0;

    public bool GetThreadContext(uint threadId, uint contextFlags, Span<byte> context) => contexts?.TryGet(threadId, context) ?? false;

    // The runtime's library, or the program that it is linked into; the runtime itself knows of managed modules.
    public IEnumerable<ModuleInfo> EnumerateModules() => _modules ??= [.. RuntimeModules()];

    public int Read(ulong address, Span<byte> into)
    {
        var total = 0;
        while (total < into.Length)
        {
            var got = ReadPart(address + (ulong)total, into[total..]);
            if (got <= 0) break;
            total += got;
        }
        return total;
    }

    public bool Read<T>(ulong address, out T value) where T : unmanaged
    {
        value = default;
        return Read(address, MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref value, 1))) == Unsafe.SizeOf<T>();
    }

    public T Read<T>(ulong address) where T : unmanaged => Read<T>(address, out var value) ? value : default;

    public bool ReadPointer(ulong address, out ulong value) => Read(address, out value);

    public ulong ReadPointer(ulong address) => Read<ulong>(address);

    int ReadPart(ulong address, Span<byte> into)
    {
        if (copy is null) return ReadLive(address, into);
        var at = copy.Find(address, out var bytes);
        if (at is not null)
        {
            var count = (int)Math.Min((ulong)into.Length, bytes);
            new ReadOnlySpan<byte>(at, count).CopyTo(into);
            return count;
        }
        into = into[..(int)Math.Min((ulong)into.Length, copy.Gap(address))];
        return ReadFile(address, into) is > 0 and var read ? read : ReadLive(address, into);
    }

    int ReadFile(ulong address, Span<byte> into)
    {
        var place = Array.BinarySearch(_starts, address);
        if (place < 0) place = ~place - 1;
        if (place < 0 || regions[place] is not { IsFile: true } region || address >= region.End) return 0;
        if (FileOf(region.Path) is not { } file) return 0;
        into = into[..(int)Math.Min((ulong)into.Length, region.End - address)];
        return RandomAccess.Read(file, into, (long)(region.FileOffset + (address - region.Start)));
    }

    SafeFileHandle? FileOf(string path)
    {
        if (_files.TryGetValue(path, out var known)) return known;
        foreach (var seen in (string[])[$"/proc/{pid}/root{path}", path])
        {
            try
            {
                if (File.Exists(seen)) return _files[path] = File.OpenHandle(seen);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Then the live process is asked.
            }
        }
        return _files[path] = null;
    }

    int ReadLive(ulong address, Span<byte> into)
    {
        if (copy is not null) LiveReads++;
        fixed (byte* buffer = into)
        {
            var local = new IoVector { Base = (nuint)buffer, Bytes = (nuint)into.Length };
            var remote = new IoVector { Base = (nuint)address, Bytes = (nuint)into.Length };
            var got = (int)NativeCalls.ReadMemory(pid, &local, 1, &remote, 1, 0);
            if (got > 0 || into.Length < 4096) return got;
            // All or nothing in one call: up to the end of the page is what may still be there.
            remote.Bytes = local.Bytes = (nuint)(4096 - address % 4096);
            return (int)NativeCalls.ReadMemory(pid, &local, 1, &remote, 1, 0);
        }
    }

    IEnumerable<ModuleInfo> RuntimeModules()
    {
        var library = regions.FirstOrDefault(r => r.Path.EndsWith("/libcoreclr.so", StringComparison.Ordinal));
        var program = File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName ?? "";
        var path = library.Path ?? program;
        var start = library.Path is null ? regions.FirstOrDefault(r => r.Path == program && r.FileOffset == 0).Start : regions.First(r => r.Path == path).Start;
        if (start != 0 && ModuleInfo.TryCreate(this, start, path) is { } module) yield return module;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values) file?.Dispose();
        copy?.Dispose();
    }
}
