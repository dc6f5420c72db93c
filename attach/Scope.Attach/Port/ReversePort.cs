// For "run -- command": a socket of ours that the runtimes of the started program dial at their very start, and where
// they wait until we let them go on. The variable that names it is inherited, so the program's children come too; each
// runtime that comes is handed out once, and whoever takes it must resume it.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Scope.Events;

namespace Scope.Attach.Port;

/// <summary>A socket that starting runtimes dial.</summary>
public sealed class ReversePort : IAsyncDisposable
{
    /// <summary>The environment variable that the program is to be started with.</summary>
    public const string VariableName = "DOTNET_DiagnosticPorts";

    // "ADVR_V1" and a zero, the runtime's cookie, its pid, two bytes for the future.
    const int AdvertiseBytes = 34;

    readonly DirectoryInfo _folder;
    readonly Socket _listener;
    readonly ConcurrentDictionary<Guid, ReverseRuntime> _runtimes = new();
    readonly Channel<ReverseRuntime> _arrived = Channel.CreateBounded<ReverseRuntime>(Limits.ReverseRuntimes);
    readonly CancellationTokenSource _closing = new();
    readonly Task _accepting;

    /// <summary>Opens the socket, in a folder that only our user may enter.</summary>
    public ReversePort()
    {
        _folder = Directory.CreateTempSubdirectory("scope-");
        Path = System.IO.Path.Combine(_folder.FullName, "port");
        _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(Limits.ReverseRuntimes);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The socket's path.</summary>
    public string Path { get; }

    /// <summary>What <see cref="VariableName"/> must be for the program: this port, in front of any that the user has set.</summary>
    public string VariableValue => Environment.GetEnvironmentVariable(VariableName) is { Length: > 0 } others ? $"{Path},suspend;{others}" : $"{Path},suspend";

    /// <summary>The next runtime that came, waiting at its start; start sessions, then resume it by <see cref="DiagnosticPort.ResumeAsync"/>.</summary>
    public async Task<Attempt<ReverseRuntime>> NextAsync(TimeSpan timeout, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            return await _arrived.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new AttachFailure(AttachReason.TimedOut, 0, $"no .NET runtime reported within {timeout.TotalSeconds:0.#} s: the program is no .NET program, was started through something that clears the environment, or has diagnostics switched off");
        }
        catch (ChannelClosedException)
        {
            return new AttachFailure(AttachReason.Gone, 0, "the port for starting programs is closed");
        }
    }

    async Task AcceptAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var connection = await _listener.AcceptAsync(_closing.Token);
                _ = WelcomeAsync(connection);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    // A runtime dials again after each command; its cookie tells that it is the same.
    async Task WelcomeAsync(Socket connection)
    {
        var hello = new byte[AdvertiseBytes];
        if (await PortIo.ReadFullyAsync(connection, hello, Limits.PortReplyMillis, 0, CancellationToken.None) is not null || !hello.AsSpan().StartsWith("ADVR_V1\0"u8))
        {
            connection.Dispose();
            return;
        }
        var cookie = new Guid(hello.AsSpan(8, 16));
        var pid = (int)BinaryPrimitives.ReadUInt64LittleEndian(hello.AsSpan(24));
        if (_runtimes.TryGetValue(cookie, out var known))
        {
            known.Offer(connection);
            return;
        }
        var runtime = new ReverseRuntime(pid, cookie);
        runtime.Offer(connection);
        if (_runtimes.Count < Limits.ReverseRuntimes && _runtimes.TryAdd(cookie, runtime) && _arrived.Writer.TryWrite(runtime)) return;
        // Too many to hand out: let it go on unrecorded, so that it does not wait for ever.
        await new DiagnosticPort(runtime).ResumeAsync();
        runtime.Close();
    }

    /// <summary>Lets every runtime go on that still waits, closes the socket and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _arrived.Writer.TryComplete();
        foreach (var runtime in _runtimes.Values)
        {
            if (runtime.HasConnection) await new DiagnosticPort(runtime) { ReplyMillis = Limits.StalledReaderMillis }.ResumeAsync();
            runtime.Close();
        }
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A runtime that dialled us: the way to it is the connection that it holds ready.</summary>
public sealed class ReverseRuntime : IPortConnector
{
    readonly Channel<Socket> _connections = Channel.CreateBounded<Socket>(1);
    int _waiting;

    internal ReverseRuntime(int pid, Guid cookie) => (Pid, Cookie) = (pid, cookie);

    /// <inheritdoc/>
    public int Pid { get; }

    /// <summary>Tells this runtime apart from any other.</summary>
    public Guid Cookie { get; }

    internal bool HasConnection => Volatile.Read(ref _waiting) > 0;

    /// <inheritdoc/>
    public async Task<Attempt<Socket>> ConnectAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limits.PortReplyMillis);
        try
        {
            var connection = await _connections.Reader.ReadAsync(limit.Token);
            Interlocked.Decrement(ref _waiting);
            return connection;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Processes.ProcFs.IsRunning(Pid)
                ? new AttachFailure(AttachReason.TimedOut, Pid, $"process {Pid}, started under us, did not dial again within {Limits.PortReplyMillis / 1000} s; it is stopped or overloaded")
                : new AttachFailure(AttachReason.Gone, Pid, $"process {Pid}, started under us, has ended");
        }
        catch (ChannelClosedException)
        {
            return new AttachFailure(AttachReason.Gone, Pid, $"process {Pid} was started under us, and the port that it dialled is closed");
        }
    }

    // It holds one connection ready at a time; a second one means that the first is dead.
    internal void Offer(Socket connection)
    {
        while (_connections.Reader.TryRead(out var dead))
        {
            dead.Dispose();
            Interlocked.Decrement(ref _waiting);
        }
        if (_connections.Writer.TryWrite(connection)) Interlocked.Increment(ref _waiting);
        else connection.Dispose();
    }

    internal void Close()
    {
        _connections.Writer.TryComplete();
        while (_connections.Reader.TryRead(out var left)) left.Dispose();
    }
}
