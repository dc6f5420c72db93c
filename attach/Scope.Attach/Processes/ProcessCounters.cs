// What the kernel counts of a process and of each of its threads: CPU time, memory, states. Read some times a second
// while recording, so it reads into buffers of its own and allocates a name only when a thread is new.
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scope.Attach.Processes;

/// <summary>What the kernel counts of a process.</summary>
/// <param name="CpuNanos">CPU time that it used, of all threads, the dead ones too.</param>
/// <param name="ResidentBytes">Memory that it holds.</param>
/// <param name="Threads">Its threads.</param>
public readonly record struct ProcessUsage(long CpuNanos, long ResidentBytes, int Threads);

/// <summary>What the kernel counts of a thread.</summary>
/// <param name="ThreadId">Its OS id.</param>
/// <param name="Name">Its name, at most 15 characters.</param>
/// <param name="State">R running or ready, S waiting, D in the kernel, T stopped.</param>
/// <param name="CpuNanos">CPU time that it used.</param>
/// <param name="UserNanos">Of that, in user code, to 10 ms.</param>
/// <param name="SystemNanos">Of that, in the kernel, to 10 ms.</param>
/// <param name="ReadyNanos">Time it was ready to run and no CPU was free; 0 where the kernel does not count it.</param>
public readonly record struct ThreadUsage(int ThreadId, string Name, char State, long CpuNanos, long UserNanos, long SystemNanos, long ReadyNanos);

/// <summary>Reads the counters of one process. For one thread at a time.</summary>
/// <param name="pid">The process.</param>
public sealed class ProcessCounters(int pid)
{
    readonly Dictionary<int, string> _names = [];
    readonly byte[] _buffer = new byte[1024];

    /// <summary>Reads the process's counters; false when it is gone.</summary>
    public bool TryRead(out ProcessUsage usage)
    {
        usage = default;
        if (ProcFs.Stat(pid) is not { State: not 'Z' } stat) return false;
        usage = new(BootClock.Nanos(stat.UserTicks + stat.SystemTicks), stat.ResidentPages * Environment.SystemPageSize, stat.Threads);
        return true;
    }

    /// <summary>Reads the counters of each thread into the list, which is emptied first; false when the process is gone.</summary>
    public bool TryReadThreads(List<ThreadUsage> threads)
    {
        threads.Clear();
        try
        {
            foreach (var folder in Directory.EnumerateDirectories($"/proc/{pid}/task"))
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var thread) && ReadThread(thread) is { } usage)
                    threads.Add(usage);
        }
        catch (IOException)
        {
            return false;
        }
        if (_names.Count > 2 * threads.Count + 64) ForgetNamesExcept(threads);
        return threads.Count > 0;
    }

    ThreadUsage? ReadThread(int thread)
    {
        var text = Encoding.UTF8.GetString(ReadBytes($"/proc/{pid}/task/{thread}/stat"));
        if (ProcStat.Parse(text) is not { } stat) return null;
        // A pool thread gets its name after it has started, so the name is compared, and only the string is kept.
        ref var name = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, thread, out _);
        if (name != stat.Command) name = stat.Command;
        long user = BootClock.Nanos(stat.UserTicks), system = BootClock.Nanos(stat.SystemTicks);
        var scheduled = ReadBytes($"/proc/{pid}/task/{thread}/schedstat");
        return TryTwoNumbers(scheduled, out var cpu, out var ready)
            ? new(thread, name, stat.State, cpu, user, system, ready)
            : new(thread, name, stat.State, user + system, user, system, 0);
    }

    ReadOnlySpan<byte> ReadBytes(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return _buffer.AsSpan(0, RandomAccess.Read(file, _buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    static bool TryTwoNumbers(ReadOnlySpan<byte> text, out long first, out long second)
    {
        second = 0;
        return Utf8Parser.TryParse(text, out first, out var used) && used < text.Length && Utf8Parser.TryParse(text[(used + 1)..], out second, out _) && first > 0;
    }

    void ForgetNamesExcept(List<ThreadUsage> threads)
    {
        var alive = threads.Select(t => t.ThreadId).ToHashSet();
        foreach (var id in _names.Keys.Where(id => !alive.Contains(id)).ToList()) _names.Remove(id);
    }
}
