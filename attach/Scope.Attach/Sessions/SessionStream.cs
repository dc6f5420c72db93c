// The bytes of a session as a stream that can be emptied by another hand: when a session must end and its reader has
// stopped reading, the stopper takes the stream over, reads to the end and throws the rest away, counted. Otherwise the
// runtime would hang on its full socket, and every new session with it.
using System.Net.Sockets;
using Scope.Events;

namespace Scope.Attach.Sessions;

/// <summary>The bytes of one session, to be read by one reader.</summary>
sealed class SessionStream(Socket connection) : OneWayStream
{
    readonly SemaphoreSlim _turn = new(1, 1);
    readonly byte[] _waste = new byte[64 * 1024];
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _bytesRead;
    long _discarded;
    int _reading;
    volatile bool _takenOver;

    /// <summary>Done when the last byte was read or the connection broke.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether the connection broke instead of ending.</summary>
    public bool BrokeOff { get; private set; }

    /// <summary>Bytes read so far, by whomever.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Bytes that nobody wanted any more.</summary>
    public long DiscardedBytes => Interlocked.Read(ref _discarded);

    /// <summary>Waits up to some milliseconds until a read would return at once: bytes are there, or the end is.</summary>
    public bool WaitForData(int millis)
    {
        try
        {
            return _takenOver || Ended.IsCompleted || connection.Poll(TimeSpan.FromMilliseconds(millis), SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Whether a reader waits for bytes right now.</summary>
    public bool HasReader => Volatile.Read(ref _reading) != 0;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        if (_takenOver || Ended.IsCompleted || buffer.IsEmpty) return 0;
        Interlocked.Increment(ref _reading);
        try
        {
            await _turn.WaitAsync(cancel);
            try
            {
                return _takenOver || Ended.IsCompleted ? 0 : await ReceiveAsync(buffer, cancel);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_takenOver || Ended.IsCompleted || buffer.IsEmpty) return 0;
        Interlocked.Increment(ref _reading);
        try
        {
            _turn.Wait();
            try
            {
                return _takenOver || Ended.IsCompleted ? 0 : Receive(buffer);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    /// <summary>Takes the stream from its reader, who from now on finds it ended, and reads it to the end.</summary>
    public async Task DiscardRestAsync(CancellationToken cancel)
    {
        _takenOver = true;
        await _turn.WaitAsync(cancel);
        try
        {
            while (!Ended.IsCompleted) Interlocked.Add(ref _discarded, await ReceiveAsync(_waste, cancel));
        }
        finally
        {
            _turn.Release();
        }
    }

    async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return Count(await connection.ReceiveAsync(buffer, SocketFlags.None, cancel));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return Break();
        }
    }

    int Receive(Span<byte> buffer)
    {
        try
        {
            return Count(connection.Receive(buffer, SocketFlags.None));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return Break();
        }
    }

    int Count(int bytes)
    {
        Interlocked.Add(ref _bytesRead, bytes);
        if (bytes == 0) _ended.TrySetResult();
        return bytes;
    }

    int Break()
    {
        BrokeOff = !Ended.IsCompleted;
        _ended.TrySetResult();
        return 0;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
            _ended.TrySetResult();
        }
        base.Dispose(disposing);
    }
}
