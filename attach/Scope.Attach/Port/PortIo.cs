// Sends and receives with a time-out, and turns what goes wrong into failures with a clear line.
using System.Net.Sockets;
using Scope.Attach.Processes;

namespace Scope.Attach.Port;

/// <summary>Input and output on a diagnostics connection.</summary>
static class PortIo
{
    /// <summary>Sends all of it; null when done.</summary>
    public static Task<AttachFailure?> SendAsync(Socket connection, ReadOnlyMemory<byte> bytes, int timeoutMillis, int pid, CancellationToken cancel) =>
        GuardAsync(timeoutMillis, pid, cancel, async limit =>
        {
            while (!bytes.IsEmpty) bytes = bytes[await connection.SendAsync(bytes, SocketFlags.None, limit)..];
            return true;
        });

    /// <summary>Fills the buffer; null when done.</summary>
    public static Task<AttachFailure?> ReadFullyAsync(Socket connection, Memory<byte> buffer, int timeoutMillis, int pid, CancellationToken cancel) =>
        GuardAsync(timeoutMillis, pid, cancel, async limit =>
        {
            while (!buffer.IsEmpty)
            {
                var read = await connection.ReceiveAsync(buffer, SocketFlags.None, limit);
                if (read == 0) return false;
                buffer = buffer[read..];
            }
            return true;
        });

    static async Task<AttachFailure?> GuardAsync(int timeoutMillis, int pid, CancellationToken cancel, Func<CancellationToken, Task<bool>> work)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeoutMillis);
        try
        {
            return await work(limit.Token) ? null : BrokenOff(pid);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return TimedOut(pid, timeoutMillis);
        }
        catch (SocketException)
        {
            return BrokenOff(pid);
        }
    }

    static AttachFailure BrokenOff(int pid) => ProcFs.IsRunning(pid)
        ? new(AttachReason.BadReply, pid, $"process {pid} closed its diagnostics connection without an answer; try again, and if it stays so its runtime is about to end")
        : new(AttachReason.Gone, pid, $"process {pid} ended while we were talking to it");

    static AttachFailure TimedOut(int pid, int timeoutMillis) => ProcFs.State(pid) switch
    {
        null => new(AttachReason.Gone, pid, $"process {pid} ended while we waited for its answer"),
        'T' or 't' => new(AttachReason.TimedOut, pid, $"process {pid} is stopped (by a debugger, or by SIGSTOP) and cannot answer; let it run (kill -CONT {pid}) and try again"),
        _ => new(AttachReason.TimedOut, pid, $"process {pid} did not answer on its diagnostics socket within {timeoutMillis / 1000.0:0.#} s; another tool's session that nobody reads blocks it, or the machine is overloaded: end other tools and try again"),
    };
}
