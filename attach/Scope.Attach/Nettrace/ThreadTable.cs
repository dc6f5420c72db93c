// Version 6 numbers threads anew (an index is never used twice) and tells what each is in blocks of its own.
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class ThreadTable
{
    const byte NameKind = 1, ProcessKind = 2, ThreadKind = 3, PairKind = 4;

    readonly Dictionary<long, (long ThreadId, int ProcessId)> _threads = [];

    /// <summary>Reads a block of threads; null when all is well, else what is wrong.</summary>
    public string? Read(ReadOnlySpan<byte> block)
    {
        var rows = new PayloadCursor(block);
        while (rows.Rest.Length > 0)
        {
            var row = new PayloadCursor(rows.Take(rows.UInt16()));
            var index = (long)row.Number();
            var (thread, process) = (0L, 0);
            while (row.Rest.Length > 0)
            {
                switch (row.Byte())
                {
                    case NameKind: row.Utf8(); break;
                    case ProcessKind: process = (int)row.Number(); break;
                    case ThreadKind: thread = (long)row.Number(); break;
                    case PairKind: row.Utf8(); row.Utf8(); break;
                    default: row.Take(row.Rest.Length); break; // A later kind: nothing after it can be read, and nothing must be.
                }
            }
            if (rows.IsTorn || row.IsTorn) return "a row of the threads reaches past its end";
            if (_threads.Count >= Limits.Threads && !_threads.ContainsKey(index)) return $"more than {Limits.Threads} threads at once";
            _threads[index] = (thread, process);
        }
        return null;
    }

    /// <summary>Puts the OS's numbers in place of the stream's.</summary>
    public void Name(ref NettraceEvent e)
    {
        if (_threads.TryGetValue(e.ThreadId, out var thread)) (e.ThreadId, e.ProcessId) = thread; else e.ThreadId = 0;
        e.CaptureThreadId = _threads.TryGetValue(e.CaptureThreadId, out var capture) ? capture.ThreadId : 0;
    }

    /// <summary>A thread raises no more.</summary>
    public void Remove(long index) => _threads.Remove(index);

    /// <summary>Threads are told anew.</summary>
    public void Clear() => _threads.Clear();
}
