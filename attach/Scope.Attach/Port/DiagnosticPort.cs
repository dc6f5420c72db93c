// The diagnostics port of one target: each method sends one command on a fresh connection and waits for the answer,
// with a time-out. A runtime too old for a command is asked the older one.
using System.Net.Sockets;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Attach.Port;

/// <summary>Commands to one target's runtime.</summary>
/// <param name="connector">The way to it.</param>
public sealed class DiagnosticPort(IPortConnector connector)
{
    static readonly IpcCommand[] InfoForms = [IpcCommand.ProcessInfo3, IpcCommand.ProcessInfo2, IpcCommand.ProcessInfo];

    RuntimeInfo? _info;

    /// <summary>The port of a process that listens, by the pid that we see it under.</summary>
    public static DiagnosticPort Of(int pid) => new(new SocketConnector(pid));

    /// <summary>The target's pid as we see it.</summary>
    public int Pid => connector.Pid;

    /// <summary>How long an answer may take.</summary>
    internal int ReplyMillis { get; init; } = Limits.PortReplyMillis;

    /// <summary>What the runtime says of itself. While it starts it does not know its entry assembly yet.</summary>
    public async Task<Attempt<RuntimeInfo>> InfoAsync(CancellationToken cancel = default)
    {
        AttachFailure? failure = null;
        foreach (var form in InfoForms)
        {
            var answer = await ExchangeAsync(form, default, ReplyMillis, cancel);
            if (!answer.Try(out var reply, out failure))
            {
                if (failure.Reason != AttachReason.NotSupported) return failure;
                continue;
            }
            reply.Connection.Dispose();
            if (RuntimeInfo.Read(form, reply.Payload) is not { } info) return BadReply("what it says of itself is cut short");
            return _info = info;
        }
        return failure!;
    }

    /// <summary>Whether the runtime that answers now is another than the one that said first what it is, as after an exec; null when none answers.</summary>
    public async Task<bool?> IsAnotherAsync(CancellationToken cancel = default) =>
        _info is { } before && (await new DiagnosticPort(connector) { ReplyMillis = ReplyMillis }.InfoAsync(cancel)).Try(out var now, out _) ? now.Cookie != before.Cookie : null;

    /// <summary>Starts a session; the answer holds the connection that its events come by.</summary>
    internal async Task<Attempt<StartedSession>> CollectAsync(CollectRequest request, CancellationToken cancel = default)
    {
        if (request.Providers.IsEmpty) return new AttachFailure(AttachReason.BadRequest, Pid, "a session needs at least one provider");
        if (_info is null && (await InfoAsync(cancel)).Failure is { } unreachable) return unreachable;
        AttachFailure? failure = null;
        foreach (var (version, command, since) in CollectEncoding.Versions)
        {
            if (_info!.MajorVersion != 0 && _info.MajorVersion < since) continue;
            var payload = CollectEncoding.Write(request, version).Written.ToArray();
            var answer = await ExchangeAsync(command, payload, ReplyMillis, cancel);
            if (answer.Try(out var reply, out failure))
            {
                if (ReadSessionId(reply.Payload) is { } id) return new StartedSession(id, version, reply.Connection);
                reply.Connection.Dispose();
                return BadReply("the id of the session is cut short");
            }
            if (failure.Reason != AttachReason.NotSupported) return failure;
        }
        return failure!;
    }

    /// <summary>Tells the runtime to end a session. It answers when the last event is written, so somebody must read the session meanwhile.</summary>
    internal async Task<Attempt<Done>> StopAsync(ulong sessionId, int timeoutMillis, CancellationToken cancel = default)
    {
        var answer = await ExchangeAsync(IpcCommand.StopTracing, new IpcWriter().UInt64(sessionId).Written.ToArray(), timeoutMillis, cancel);
        return Close(answer);
    }

    /// <summary>Lets a runtime go on that waits for us at its start; does nothing to one that does not wait.</summary>
    public async Task<Attempt<Done>> ResumeAsync(CancellationToken cancel = default) =>
        Close(await ExchangeAsync(IpcCommand.ResumeRuntime, default, ReplyMillis, cancel));

    /// <summary>Makes the runtime write a dump of its heap and threads, and waits until it has; it stands still meanwhile.</summary>
    /// <param name="path">Where, as the target sees it.</param>
    /// <param name="timeoutMillis">How long that may take.</param>
    /// <param name="cancel">Gives up waiting; the runtime goes on writing.</param>
    internal async Task<Attempt<Done>> DumpAsync(string path, int timeoutMillis, CancellationToken cancel = default)
    {
        const uint withHeap = 2, noDiagnostics = 0;
        var payload = new IpcWriter().String(path).UInt32(withHeap).UInt32(noDiagnostics).Written.ToArray();
        return Close(await ExchangeAsync(IpcCommand.GenerateCoreDump, payload, timeoutMillis, cancel));
    }

    /// <summary>Makes the runtime load an assembly and call its StartupHook.Initialize; one that waits at its start does so when it goes on. A file that is no assembly, or cannot be read, ends the target: it is to be checked before.</summary>
    /// <param name="path">The assembly, as the target sees it.</param>
    /// <param name="cancel">Gives up waiting.</param>
    internal async Task<Attempt<Done>> ApplyStartupHookAsync(string path, CancellationToken cancel = default) =>
        Close(await ExchangeAsync(IpcCommand.ApplyStartupHook, new IpcWriter().String(path).Written.ToArray(), ReplyMillis, cancel));

    /// <summary>Makes the runtime load a profiler library and hand it some bytes.</summary>
    /// <param name="id">The class that the library makes.</param>
    /// <param name="path">The library, as the target sees it.</param>
    /// <param name="handedOver">What it is handed.</param>
    /// <param name="cancel">Gives up waiting.</param>
    internal async Task<Attempt<Done>> AttachProfilerAsync(Guid id, string path, byte[] handedOver, CancellationToken cancel = default)
    {
        var payload = new IpcWriter().UInt32((uint)ReplyMillis).Bytes(id.ToByteArray()).String(path).UInt32((uint)handedOver.Length).Bytes(handedOver).Written.ToArray();
        return Close(await ExchangeAsync(IpcCommand.AttachProfiler, payload, ReplyMillis, cancel));
    }

    /// <summary>The environment as the runtime has it now, one "NAME=value" each.</summary>
    public async Task<Attempt<string[]>> EnvironmentAsync(CancellationToken cancel = default)
    {
        var answer = await ExchangeAsync(IpcCommand.ProcessEnvironment, default, ReplyMillis, cancel);
        if (!answer.Try(out var reply, out var failure)) return failure;
        using var connection = reply.Connection;
        if (!new IpcReader(reply.Payload).TryUInt32(out var length) || length > Limits.EnvironmentBytes) return BadReply($"an environment of {length} bytes");
        var block = new byte[length];
        if (await PortIo.ReadFullyAsync(connection, block, ReplyMillis, Pid, cancel) is { } broken) return broken;
        return ReadEnvironment(block) is { } variables ? variables : BadReply("its environment is cut short");
    }

    async Task<Attempt<Reply>> ExchangeAsync(IpcCommand command, ReadOnlyMemory<byte> payload, int timeoutMillis, CancellationToken cancel)
    {
        if (payload.Length > IpcMessage.PayloadBytes)
            return new AttachFailure(AttachReason.BadRequest, Pid, $"the request is {payload.Length} bytes long, and the protocol takes {IpcMessage.PayloadBytes}: shorten the providers' arguments");
        if (!(await connector.ConnectAsync(cancel)).Try(out var connection, out var failure)) return failure;
        var kept = false;
        try
        {
            if (await PortIo.SendAsync(connection, IpcMessage.Frame(command, payload.Span), timeoutMillis, Pid, cancel) is { } unsent) return unsent;
            var header = new byte[IpcMessage.HeaderBytes];
            if (await PortIo.ReadFullyAsync(connection, header, timeoutMillis, Pid, cancel) is { } silent) return silent;
            if (!IpcMessage.TryReadHeader(header, out var kind, out var length)) return BadReply("its answer is not the diagnostics protocol");
            var body = new byte[length];
            if (await PortIo.ReadFullyAsync(connection, body, timeoutMillis, Pid, cancel) is { } cut) return cut;
            if (kind != IpcCommand.Ok) return Refusal(kind, command, body);
            kept = true;
            return new Reply(connection, body);
        }
        finally
        {
            if (!kept) connection.Dispose();
        }
    }

    AttachFailure Refusal(IpcCommand kind, IpcCommand asked, byte[] body)
    {
        if (kind != IpcCommand.Error || !new IpcReader(body).TryUInt32(out var code)) return BadReply($"its answer to {asked} has the unknown kind 0x{(ushort)kind:X4}");
        if (asked == IpcCommand.AttachProfiler) return new(AttachReason.Refused, Pid, $"process {Pid} takes no probes: {NativeRefusal.Explain((int)code)}");
        var (reason, text) = IpcErrors.Explain(code);
        return new(reason, Pid, $"process {Pid} refused {asked}: {text}");
    }

    AttachFailure BadReply(string what) => new(AttachReason.BadReply, Pid, $"process {Pid} answered, but {what}; is another program holding its diagnostics socket?");

    static Attempt<Done> Close(Attempt<Reply> answer)
    {
        if (!answer.Try(out var reply, out var failure)) return failure;
        reply.Connection.Dispose();
        return default(Done);
    }

    static ulong? ReadSessionId(byte[] payload) => new IpcReader(payload).TryUInt64(out var id) ? id : null;

    static string[]? ReadEnvironment(byte[] block)
    {
        var reader = new IpcReader(block);
        if (!reader.TryUInt32(out var count)) return null;
        var variables = new List<string>();
        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryString(out var variable)) return null;
            variables.Add(variable);
        }
        return [.. variables];
    }

    sealed record Reply(Socket Connection, byte[] Payload);
}

/// <summary>A session that the runtime has begun.</summary>
/// <param name="Id">Its id, by which it is stopped.</param>
/// <param name="CommandVersion">The version of CollectTracing that the runtime took, 2 to 5.</param>
/// <param name="Connection">What its events come by.</param>
sealed record StartedSession(ulong Id, int CommandVersion, Socket Connection);
