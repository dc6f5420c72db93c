// Our copy of a target's memory: one buffer, filled in the pause and never changed after. The buffer's pages are made
// before the pause, because getting a page from the kernel costs as much as copying one.
using Scope.Events;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>Copied memory.</summary>
sealed unsafe class MemoryCopy : IDisposable
{
    const int VectorsAtOnce = 512;
    const ulong PieceBytes = 8 << 20; // Small enough that two threads end at nearly the same time.

    readonly int _pid;
    readonly nuint _room;
    nint _buffer;
    readonly ManualResetEventSlim _start = new();
    readonly CountdownEvent _ended;
    int _piece, _pieces;
    ulong[] _starts = [], _ends = [];
    nuint[] _places = [];

    MemoryCopy(int pid, nint buffer, nuint room, int others)
    {
        (_pid, _buffer, _room, _ended) = (pid, buffer, room, new(others));
        // Ready before the pause: a thread pool under load would give them late.
        for (var i = 0; i < others; i++) new Thread(CopyWhenTold) { IsBackground = true, Name = "scope copy" }.Start();
    }

    /// <summary>How much was copied, bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How much found no room, or could not be read, bytes.</summary>
    public long MissedBytes { get; private set; }

    /// <summary>Gets room for a copy of so many bytes; null when there is none.</summary>
    public static MemoryCopy? Prepare(int pid, long bytes)
    {
        var room = (nuint)bytes;
        var buffer = NativeCalls.Map(0, room, NativeCalls.ReadWrite, NativeCalls.PrivateAnonymousNoReserve, -1, 0);
        if (buffer == -1) return null;
        NativeCalls.Advise(buffer, room, NativeCalls.AdviseHugePages);
        if (NativeCalls.Advise(buffer, room, NativeCalls.AdvisePopulateWrite) != 0) // Older kernels: touch each page.
            for (nuint at = 0; at < room; at += 4096) *(byte*)(buffer + (nint)at) = 0;
        return new(pid, buffer, room, Limits.SnapshotCopyThreads - 1);
    }

    /// <summary>Memory that lies in a mapped file already.</summary>
    /// <param name="file">Where the file is mapped; unmapped in the end.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="runs">What it holds, by address.</param>
    /// <param name="places">Where each run begins in it.</param>
    public static MemoryCopy OfFile(nint file, nuint bytes, IReadOnlyList<MemoryRun> runs, IReadOnlyList<nuint> places) => new(0, file, bytes, 0)
    {
        _starts = [.. runs.Select(r => r.Start)], _ends = [.. runs.Select(r => r.End)], _places = [.. places], Bytes = (long)bytes,
    };

    /// <summary>Copies runs of the target, by address. In the pause: allocates little and takes no lock.</summary>
    public void Fill(List<MemoryRun> runs)
    {
        var (starts, ends, places) = (new ulong[runs.Count], new ulong[runs.Count], new nuint[runs.Count]);
        nuint used = 0;
        var count = 0;
        foreach (var run in runs)
        {
            if (used + (nuint)run.Bytes > _room)
            {
                MissedBytes += (long)run.Bytes;
                continue;
            }
            (starts[count], ends[count], places[count]) = (run.Start, run.End, used);
            used += (nuint)run.Bytes;
            count++;
        }
        (_starts, _ends, _places) = (starts[..count], ends[..count], places[..count]);
        Bytes = (long)used;
        _pieces = (int)(((ulong)used + PieceBytes - 1) / PieceBytes);
        _start.Set();
        CopyPieces();
        _ended.Wait();
    }

    void CopyWhenTold()
    {
        NativeCalls.Hurry();
        _start.Wait();
        CopyPieces();
        _ended.Signal();
    }

    void CopyPieces()
    {
        while (Interlocked.Increment(ref _piece) - 1 is var piece && piece < _pieces)
            CopyPiece((nuint)piece * (nuint)PieceBytes, Math.Min((nuint)Bytes, (nuint)(piece + 1) * (nuint)PieceBytes));
    }

    /// <summary>Copies what lies between two places of the buffer.</summary>
    void CopyPiece(nuint from, nuint to)
    {
        var remote = stackalloc IoVector[VectorsAtOnce];
        var run = Array.BinarySearch(_places, from);
        if (run < 0) run = ~run - 1;
        while (from < to)
        {
            nuint count = 0, bytes = 0;
            for (var at = run; at < _places.Length && count < VectorsAtOnce && from + bytes < to; at++)
            {
                var skip = from + bytes - _places[at];
                var length = Math.Min((nuint)(_ends[at] - _starts[at]) - skip, to - from - bytes);
                remote[count++] = new() { Base = (nuint)_starts[at] + skip, Bytes = length };
                bytes += length;
            }
            var local = new IoVector { Base = (nuint)_buffer + from, Bytes = bytes };
            var got = NativeCalls.ReadMemory(_pid, &local, 1, remote, count, 0);
            if (got < (nint)bytes)
            {
                // A page went away between the look and the read: it stays zero, and all after it is read.
                var hole = Math.Min(4096 - (nuint)Math.Max(0, got) % 4096, bytes - (nuint)Math.Max(0, got));
                got = Math.Max(0, got) + (nint)hole;
                lock (_places) MissedBytes += (long)hole;
            }
            from += (nuint)got;
            while (run + 1 < _places.Length && _places[run + 1] <= from) run++;
        }
    }

    /// <summary>Where an address lies in our memory, and how many bytes follow it without a break; 0 when it was not copied.</summary>
    public byte* Find(ulong address, out ulong bytes)
    {
        var run = Array.BinarySearch(_starts, address);
        if (run < 0) run = ~run - 1;
        if (run < 0 || address >= _ends[run])
        {
            bytes = 0;
            return null;
        }
        bytes = _ends[run] - address;
        return (byte*)_buffer + _places[run] + (address - _starts[run]);
    }

    /// <summary>How far it is from an address that was not copied to the next that was.</summary>
    public ulong Gap(ulong address)
    {
        var next = Array.BinarySearch(_starts, address);
        if (next < 0) next = ~next;
        return next < _starts.Length ? _starts[next] - address : ulong.MaxValue;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _start.Set(); // Where nothing was copied, the threads still wait.
        _ended.Wait();
        if (_buffer != 0) NativeCalls.Unmap(_buffer, _room);
        _buffer = 0;
    }
}
