// The way to a process by the socket that its runtime listens on. The socket stands in the target's own TMPDIR, under
// the pid of its own namespace and its start time; /proc/PID/root leads into other mount namespaces.
using System.Net.Sockets;
using Scope.Attach.Processes;
using Scope.Events;

namespace Scope.Attach.Port;

/// <summary>Connects to the socket that a runtime listens on.</summary>
/// <param name="pid">The process as we see it.</param>
public sealed class SocketConnector(int pid) : IPortConnector
{
    string? _path;

    /// <inheritdoc/>
    public int Pid => pid;

    /// <inheritdoc/>
    public async Task<Attempt<Socket>> ConnectAsync(CancellationToken cancel)
    {
        if (_path is null)
        {
            var facts = ProcessFacts.Read(pid);
            if (Attachability.Judge(facts, pid, ProcFs.OwnUid) is { } failure) return failure;
            _path = facts!.SocketPath;
        }
        // A child that it forked holds its socket after its end, and never answers.
        if (!ProcFs.IsRunning(pid)) return HasEnded();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (await DialAsync(socket, _path!, cancel) is not { } refused) return socket;
        socket.Dispose();
        return refused;
    }

    async Task<AttachFailure?> DialAsync(Socket socket, string path, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limits.PortReplyMillis);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(AttachReason.TimedOut, pid, $"process {pid} took no connection on {path} within {Limits.PortReplyMillis / 1000} s; it is overloaded or stopped");
        }
        catch (ArgumentException)
        {
            return new(AttachReason.NotSupported, pid, $"the path of the diagnostics socket of process {pid} is longer than a Unix socket's may be: {path}");
        }
        catch (SocketException e)
        {
            return Explain(e, path);
        }
    }

    AttachFailure HasEnded() => new(AttachReason.Gone, pid, $"process {pid} has ended");

    AttachFailure Explain(SocketException e, string path)
    {
        if (!ProcFs.IsRunning(pid)) return HasEnded();
        return e.SocketErrorCode switch
        {
            SocketError.AccessDenied => new(AttachReason.OtherUser, pid, $"process {pid}: its diagnostics socket {path} is not open to us; run as its user, or as root"),
            SocketError.AddressNotAvailable or SocketError.HostNotFound => new(AttachReason.ConnectionRefused, pid, $"process {pid}: its diagnostics socket {path} was deleted; only a restart of the process brings it back"),
            _ => new(AttachReason.ConnectionRefused, pid, $"process {pid} does not listen on its diagnostics socket {path} ({e.Message}); a left-over of another process, or a runtime that is ending"),
        };
    }
}
