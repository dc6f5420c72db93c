// What a target's memory is made of: the regions that the kernel tells, and which of their pages hold something that is
// nowhere else. Only those are worth copying: pages never touched are zero, and pages of files are in the files.
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>A stretch of addresses, its end not included.</summary>
readonly record struct MemoryRun(ulong Start, ulong End)
{
    public ulong Bytes => End - Start;
}

/// <summary>A region as /proc/PID/maps tells it.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="End">The address after its last.</param>
/// <param name="IsShared">Whether writes of one process are seen by others.</param>
/// <param name="FileOffset">Where it begins in its file.</param>
/// <param name="Path">Its file or name; "" for plain memory.</param>
readonly record struct MemoryRegion(ulong Start, ulong End, bool IsShared, ulong FileOffset, string Path)
{
    /// <summary>The runtime's own code and data, which it maps twice: once to write, once to run.</summary>
    public bool IsRuntimes => Path.Contains("doublemapper", StringComparison.Ordinal);

    public bool IsFile => Path.StartsWith('/') && !IsRuntimes;
}

/// <summary>Reads the map of a process.</summary>
static class MemoryMap
{
    const int PageBytes = 4096, EntryBytes = 8, EntriesAtOnce = 1 << 13;

    /// <summary>The regions that can be read, by address; empty when the process is gone or not for us.</summary>
    public static List<MemoryRegion> Regions(int pid)
    {
        var regions = new List<MemoryRegion>();
        try
        {
            foreach (var line in File.ReadLines($"/proc/{pid}/maps"))
                if (Parse(line) is { } region) regions.Add(region);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            regions.Clear();
        }
        return regions;
    }

    // start-end perms offset device inode path
    internal static MemoryRegion? Parse(ReadOnlySpan<char> line)
    {
        Span<Range> parts = stackalloc Range[6];
        var count = line.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count < 5) return null;
        var addresses = line[parts[0]];
        var rights = line[parts[1]];
        var dash = addresses.IndexOf('-');
        if (dash < 0 || rights.Length < 4 || rights[0] != 'r') return null;
        if (!ulong.TryParse(addresses[..dash], NumberStyles.HexNumber, null, out var start) || !ulong.TryParse(addresses[(dash + 1)..], NumberStyles.HexNumber, null, out var end)) return null;
        _ = ulong.TryParse(line[parts[2]], NumberStyles.HexNumber, null, out var offset);
        var path = count == 6 ? line[parts[5]] : "";
        // Pages of the kernel and of devices: reading them may fail, hang or do something.
        if (path is "[vvar]" or "[vvar_vclock]" or "[vsyscall]" or "[vdso]" || path.StartsWith("/dev/")) return null;
        return new(start, end, rights[3] == 's', offset, path.ToString());
    }

    /// <summary>The pages of regions whose content is in memory only, joined to runs.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="regions">Where to look.</param>
    /// <param name="without">Stretches that are left out, by address.</param>
    public static List<MemoryRun> OwnPages(int pid, List<MemoryRegion> regions, IReadOnlyList<MemoryRun> without)
    {
        var runs = new List<MemoryRun>();
        using var pages = TryOpen($"/proc/{pid}/pagemap");
        var buffer = new ulong[EntriesAtOnce];
        foreach (var region in regions)
        {
            if (region.IsShared && !region.IsRuntimes) continue;
            foreach (var part in Without(region, without)) AddPages(pages, region, part, buffer, runs);
        }
        return runs;
    }

    static void AddPages(SafeFileHandle? pages, in MemoryRegion region, MemoryRun part, ulong[] buffer, List<MemoryRun> runs)
    {
        if (pages is null) // A kernel that does not tell: all of it, then.
        {
            if (!region.IsFile) runs.Add(part);
            return;
        }
        for (var at = part.Start; at < part.End;)
        {
            var wanted = (int)Math.Min(EntriesAtOnce, (part.End - at) / PageBytes);
            var read = RandomAccess.Read(pages, MemoryMarshal.AsBytes(buffer.AsSpan(0, wanted)), (long)(at / PageBytes * EntryBytes)) / EntryBytes;
            if (read == 0) return;
            for (var i = 0; i < read; i++)
                if (IsOwn(buffer[i], region.IsRuntimes)) Add(runs, at + (ulong)i * PageBytes);
            at += (ulong)read * PageBytes;
        }
    }

    // Bit 63: in memory; 62: swapped out; 61: of a file, or shared.
    static bool IsOwn(ulong entry, bool shared) => entry >> 62 != 0 && (shared || (entry >> 61 & 1) == 0);

    static void Add(List<MemoryRun> runs, ulong page)
    {
        var last = runs.Count - 1;
        if (last >= 0 && runs[last].End == page) runs[last] = new(runs[last].Start, page + PageBytes);
        else runs.Add(new(page, page + PageBytes));
    }

    static IEnumerable<MemoryRun> Without(MemoryRegion region, IReadOnlyList<MemoryRun> without)
    {
        var start = region.Start;
        foreach (var hole in without)
        {
            if (hole.End <= start || hole.Start >= region.End) continue;
            if (hole.Start > start) yield return new(start, hole.Start);
            start = Math.Max(start, hole.End);
        }
        if (start < region.End) yield return new(start, region.End);
    }

    static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
