// An object as it comes from the server. Amazon's client compares what came with what the server says that it has; that,
// too, is told as every other failure of an archive.
using Amazon.Runtime;
using Amazon.S3.Model;

namespace Scope.Store.S3;

/// <summary>Reads an answer.</summary>
sealed class S3Content(GetObjectResponse answer, string name) : Stream
{
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return answer.ResponseStream.Read(buffer);
        }
        catch (AmazonClientException e)
        {
            throw new IOException($"{name} is not what was archived: {e.Message}", e);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{name}: the server broke off: {e.Message}", e);
        }
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => answer.ContentLength;
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) answer.Dispose();
        base.Dispose(disposing);
    }
}
