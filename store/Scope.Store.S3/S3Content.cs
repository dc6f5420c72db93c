// An object as it comes from the server. Amazon's client compares what came with what the server says that it has; that,
// too, is told as every other failure of an archive.
using Amazon.Runtime;
using Amazon.S3.Model;
using Scope.Events;

namespace Scope.Store.S3;

/// <summary>Reads an answer.</summary>
sealed class S3Content(GetObjectResponse answer, string name) : OneWayStream
{
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

    public override long Length => answer.ContentLength;

    protected override void Dispose(bool disposing)
    {
        if (disposing) answer.Dispose();
        base.Dispose(disposing);
    }
}
