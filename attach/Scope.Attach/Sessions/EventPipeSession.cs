// One EventPipe session: a stream of nettrace bytes from a target, and the way to end it. Ending is the delicate part:
//
//   1. StopTracing goes out on a second connection; the runtime flushes its buffers and its rundown into the stream and
//      answers only when all of that is written.
//   2. So the reader must go on reading. It is watched: one that neither waits for bytes nor took any for a while has
//      its stream taken over and read empty.
//   3. A runtime that does not end in time has its connection closed: its next write fails, and the session ends there.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events;

namespace Scope.Attach.Sessions;

/// <summary>How a session came to its end.</summary>
/// <param name="Complete">Whether the reader got all bytes up to the end.</param>
/// <param name="DiscardedBytes">Bytes that were thrown away, because the reader had stopped reading.</param>
/// <param name="Failure">What went wrong, or null.</param>
public sealed record SessionEnd(bool Complete, long DiscardedBytes, AttachFailure? Failure);

/// <summary>A running session; read its stream all the time, from one thread.</summary>
public sealed class EventPipeSession : IAsyncDisposable
{
    readonly DiagnosticPort _port;
    readonly StartedSession _started;
    readonly SessionStream _stream;
    readonly Lock _once = new();
    Task<SessionEnd>? _stopping;

    EventPipeSession(DiagnosticPort port, StartedSession started, CollectRequest request)
    {
        _port = port;
        _started = started;
        _stream = new(started.Connection);
        Request = request;
    }

    /// <summary>Starts a session.</summary>
    public static async Task<Attempt<EventPipeSession>> StartAsync(DiagnosticPort port, CollectRequest request, CancellationToken cancel = default) =>
        AddressRoom.Obstacle(port.Pid, request.BufferMegabytes) is { } obstacle ? new AttachFailure(AttachReason.NotSupported, port.Pid, $"process {port.Pid} is not recorded: {obstacle}, or ask for less (--buffersize 16)")
        : (await port.CollectAsync(request, cancel)).Try(out var started, out var failure) ? new EventPipeSession(port, started, request) : failure;

    /// <summary>Its nettrace bytes. They end after <see cref="StopAsync"/>, or when the target ends.</summary>
    public Stream Stream => _stream;

    /// <summary>Waits up to some milliseconds until its stream has bytes or has ended; for a reader that has something better to do than to block.</summary>
    public bool WaitForData(int millis) => _stream.WaitForData(millis);

    /// <summary>Its id in the target.</summary>
    public ulong Id => _started.Id;

    /// <summary>What it was asked for.</summary>
    public CollectRequest Request { get; }

    /// <summary>Whether the runtime filters by event id (from .NET 10 on).</summary>
    public bool HonoursEventFilter => _started.CommandVersion >= 5;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => _stream.BytesRead;

    /// <summary>Done when the stream has ended, for whatever reason.</summary>
    public Task Ended => _stream.Ended;

    /// <summary>Ends the session and waits for its last byte. Safe to call again, and on a session whose target is gone.</summary>
    public Task<SessionEnd> StopAsync()
    {
        lock (_once) return _stopping ??= Task.Run(EndAsync);
    }

    /// <summary>Ends this session and starts another with the same request. Arguments of providers are global to a process and the
    /// last one's count: when another tool sets its own for DiagnosticSource, no activity comes any more though requests flow,
    /// and this brings them back. The old session ends first, because its end would set the arguments anew.</summary>
    public Task<Attempt<EventPipeSession>> RearmAsync(CancellationToken cancel = default) => ReplaceAsync(Request, cancel);

    /// <summary>Ends this session and starts one with another request: what a session is asked for cannot be changed while it runs.</summary>
    public async Task<Attempt<EventPipeSession>> ReplaceAsync(CollectRequest request, CancellationToken cancel = default)
    {
        await StopAsync();
        return await StartAsync(_port, request, cancel);
    }

    async Task<SessionEnd> EndAsync()
    {
        if (_stream.Ended.IsCompleted) return Outcome(null);
        using var overall = new CancellationTokenSource(Limits.SessionStopMillis);
        var answer = _port.StopAsync(Id, Limits.SessionStopMillis, overall.Token);
        try
        {
            await WatchReaderAsync(answer, overall.Token);
            return Outcome(null);
        }
        catch (OperationCanceledException)
        {
            _stream.Dispose();
            return Outcome(new(AttachReason.TimedOut, _port.Pid, $"process {_port.Pid} did not end its event session within {Limits.SessionStopMillis / 1000} s; the connection was closed, and the session ends with the next event"));
        }
        finally
        {
            await FinishAsync(answer, overall);
        }
    }

    // The reader is well as long as it waits for bytes or has taken some since the last look. Of a target that has gone no more
    // bytes come, and where a child that it forked holds its end, no end comes either.
    async Task WatchReaderAsync(Task<Attempt<Done>> answer, CancellationToken overall)
    {
        var lastBytes = -1L;
        long lastByte, lastProgress = lastByte = Stopwatch.GetTimestamp();
        while (!_stream.Ended.IsCompleted)
        {
            await Task.WhenAny(_stream.Ended, Task.Delay(20, overall));
            overall.ThrowIfCancellationRequested();
            if (_stream.BytesRead != lastBytes) lastByte = Stopwatch.GetTimestamp();
            else if (answer is { IsCompletedSuccessfully: true, Result.Failure.Reason: AttachReason.Gone } && Stopwatch.GetElapsedTime(lastByte).TotalMilliseconds > Limits.StalledReaderMillis) _stream.Dispose();
            if (_stream.HasReader || _stream.BytesRead != lastBytes) (lastBytes, lastProgress) = (_stream.BytesRead, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(lastProgress).TotalMilliseconds > Limits.StalledReaderMillis) await _stream.DiscardRestAsync(overall);
        }
    }

    // The stream has ended or was closed, so the answer to StopTracing is there or never comes: give it a moment, so
    // that no command is left half done, and no longer.
    static async Task FinishAsync(Task<Attempt<Done>> answer, CancellationTokenSource overall)
    {
        await Task.WhenAny(answer, Task.Delay(Limits.StalledReaderMillis));
        if (answer.IsCompleted) return;
        await overall.CancelAsync();
        try
        {
            await answer;
        }
        catch (OperationCanceledException)
        {
            // We have just asked for that.
        }
    }

    SessionEnd Outcome(AttachFailure? failure) => new(failure is null && !_stream.BrokeOff && _stream.DiscardedBytes == 0, _stream.DiscardedBytes, failure);

    /// <summary>Ends the session if that was not done and closes its stream.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _stream.DisposeAsync();
    }
}
