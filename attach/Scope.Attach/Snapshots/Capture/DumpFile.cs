// A dump that a target's runtime writes of itself: an ELF core file in the target's temporary folder, mapped into our
// memory and deleted at once, so that nothing of the target's secrets stays behind, whatever happens to us after.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>What a dump holds.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="Contexts">The registers of its threads.</param>
/// <param name="PauseNanos">How long writing took: the target stood still for nearly all of it.</param>
sealed record DumpFile(MemoryCopy Memory, ThreadContexts Contexts, long PauseNanos)
{
    const int HeaderBytes = 64, ProgramBytes = 56, LoadSegment = 1, NoteSegment = 4;
    const int StatusNote = 1, ThreadOffset = 32, RegistersOffset = 112, Registers = 27;

    /// <summary>Makes a runtime write one.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="expectedBytes">How large it will be, about.</param>
    public static Attempt<DumpFile> Write(int pid, long expectedBytes)
    {
        var inside = $"/tmp/scope-{pid}-{Guid.NewGuid():n}.dmp";
        var seen = $"/proc/{pid}/root{inside}";
        var free = FreeBytes(Path.GetDirectoryName(seen)!);
        if (free < expectedBytes) return new AttachFailure(AttachReason.NotSupported, pid, $"a dump of process {pid} takes some {expectedBytes >> 20} MB in its /tmp, where {free >> 20} MB are free: make room there, or take --level copy");
        try
        {
            var start = Stopwatch.GetTimestamp();
            if ((DiagnosticPort.Of(pid).DumpAsync(inside, Limits.SnapshotDumpMillis).GetAwaiter().GetResult()).Failure is { } failure) return failure;
            var pauseNanos = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            return Read(File.Exists(seen) ? seen : inside, pid, pauseNanos);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new AttachFailure(AttachReason.Refused, pid, $"the dump of process {pid} cannot be read: {e.Message}");
        }
        finally
        {
            foreach (var path in (string[])[seen, inside]) TryDelete(path);
        }
    }

    static unsafe Attempt<DumpFile> Read(string path, int pid, long pauseNanos)
    {
        using var file = File.OpenHandle(path);
        var bytes = (nuint)RandomAccess.GetLength(file);
        var at = NativeCalls.Map(0, bytes, NativeCalls.ReadOnly, NativeCalls.PrivateFile, (int)file.DangerousGetHandle(), 0);
        if (at == -1) return new AttachFailure(AttachReason.NotSupported, pid, $"the dump of process {pid} ({bytes >> 20} MB) cannot be mapped into memory");
        var contexts = new ThreadContexts();
        var runs = new List<(MemoryRun Run, nuint Place)>();
        foreach (var segment in Segments((byte*)at, bytes))
        {
            if (segment.Kind == LoadSegment && segment.Bytes > 0) runs.Add((new(segment.Address, segment.Address + segment.Bytes), (nuint)segment.Offset));
            if (segment.Kind == NoteSegment) ReadNotes(new((byte*)at + segment.Offset, (int)segment.Bytes), contexts);
        }
        runs.Sort((a, b) => a.Run.Start.CompareTo(b.Run.Start));
        return new DumpFile(MemoryCopy.OfFile(at, bytes, [.. runs.Select(r => r.Run)], [.. runs.Select(r => r.Place)]), contexts, pauseNanos);
    }

    readonly record struct Segment(int Kind, ulong Offset, ulong Address, ulong Bytes);

    static unsafe List<Segment> Segments(byte* file, nuint bytes)
    {
        var segments = new List<Segment>();
        if (bytes < HeaderBytes || !new ReadOnlySpan<byte>(file, 4).SequenceEqual("\u007fELF"u8)) return segments;
        var first = *(ulong*)(file + 32);
        var count = *(ushort*)(file + 56);
        for (var i = 0; i < count && first + (ulong)(i + 1) * ProgramBytes <= bytes; i++)
        {
            var program = file + first + (ulong)i * ProgramBytes;
            var segment = new Segment(*(int*)program, *(ulong*)(program + 8), *(ulong*)(program + 16), *(ulong*)(program + 32));
            if (segment.Offset + segment.Bytes <= bytes) segments.Add(segment);
        }
        return segments;
    }

    static void ReadNotes(ReadOnlySpan<byte> notes, ThreadContexts contexts)
    {
        while (notes.Length >= 12)
        {
            var (nameBytes, bytes, kind) = (BinaryPrimitives.ReadInt32LittleEndian(notes), BinaryPrimitives.ReadInt32LittleEndian(notes[4..]), BinaryPrimitives.ReadInt32LittleEndian(notes[8..]));
            var start = 12 + (nameBytes + 3 & ~3);
            if (nameBytes < 0 || bytes < 0 || start + (long)bytes > notes.Length) return;
            var note = notes.Slice(start, bytes);
            if (kind == StatusNote && note.Length >= RegistersOffset + Registers * 8)
                contexts.Add(BinaryPrimitives.ReadUInt32LittleEndian(note[ThreadOffset..]), MemoryMarshal.Cast<byte, ulong>(note.Slice(RegistersOffset, Registers * 8)));
            notes = notes[Math.Min(notes.Length, start + (bytes + 3 & ~3))..];
        }
    }

    static long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is the target's file in the target's folder; the next path may be the one that we may delete by.
        }
    }
}
