// Keeps a copy of a session's bytes on disk while they are read: --keep-nettrace. A disk that refuses ends the copy, not
// the recording.
namespace Scope.Agent.Sources;

/// <summary>Passes reads through and writes what was read to a file.</summary>
sealed class CopyingStream(Stream source, Stream copy) : Stream
{
    bool _refused;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        if (_refused) return count;
        try
        {
            copy.Write(buffer[..count]);
        }
        catch (IOException e)
        {
            _refused = true;
            Console.Error.WriteLine($"scope-attach: the copy of the stream ends here, the recording goes on: {e.Message}");
        }
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
