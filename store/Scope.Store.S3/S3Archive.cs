// An archive in an S3 bucket, or in that of a server that speaks S3. An object that is put appears whole or not at all, so
// no temporary name is needed. Large ones go in parts; a journal beside the file remembers the parts that are there, since
// not every server can tell.
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Scope.Store.Cold;

namespace Scope.Store.S3;

/// <summary>Keeps objects in a bucket, below a prefix. Credentials and region come from where all AWS tools take them: variables, profiles, the machine's role.</summary>
public sealed class S3Archive : IArchive
{
    /// <summary>How an address of a bucket begins.</summary>
    public const string Scheme = "s3://";

    readonly AmazonS3Client _client;
    readonly string _bucket, _prefix;
    readonly int _partBytes;

    /// <summary>Opens a bucket; nothing is asked of it yet.</summary>
    /// <param name="address">s3://bucket or s3://bucket/prefix.</param>
    /// <param name="endpoint">The server's address, such as http://minio:9000; "" for AWS itself.</param>
    /// <exception cref="ArgumentException">The address is none.</exception>
    public S3Archive(string address, string endpoint = "") : this(address, endpoint, 16 << 20) { }

    internal S3Archive(string address, string endpoint, int partBytes)
    {
        var parts = address.StartsWith(Scheme, StringComparison.Ordinal) ? address[Scheme.Length..].Split('/', 2) : [""];
        if (parts[0].Length == 0) throw new ArgumentException($"'{address}' is no bucket; write s3://bucket or s3://bucket/prefix", nameof(address));
        if (endpoint.Length > 0 && !Uri.TryCreate(endpoint, UriKind.Absolute, out _)) throw new ArgumentException($"'{endpoint}' is no address of a server; write http://host:port", nameof(endpoint));
        _bucket = parts[0];
        _prefix = parts.Length > 1 && parts[1].Trim('/') is { Length: > 0 } prefix ? prefix + "/" : "";
        _partBytes = partBytes;
        Place = Scheme + _bucket + (_prefix.Length > 0 ? "/" + _prefix.TrimEnd('/') : "");
        _client = new(Configuration(endpoint));
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public IEnumerable<StoredObject> List(string prefix)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + prefix };
        while (true)
        {
            var page = Ask("list", prefix, () => _client.ListObjectsV2Async(request));
            foreach (var found in page.S3Objects ?? []) yield return new(found.Key[_prefix.Length..], found.Size ?? 0);
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <inheritdoc/>
    public void Put(string key, Stream content, string? journal = null)
    {
        if (content.Length > _partBytes)
        {
            PutInParts(key, content, journal);
            return;
        }
        Ask("put", key, () => _client.PutObjectAsync(new() { BucketName = _bucket, Key = _prefix + key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = false }));
    }

    /// <inheritdoc/>
    public Stream Open(string key) => new S3Content(Ask("get", key, () => _client.GetObjectAsync(_bucket, _prefix + key)), $"{Place}/{key}");

    /// <inheritdoc/>
    public void Delete(string key) => Ask("delete", key, () => _client.DeleteObjectAsync(_bucket, _prefix + key));

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    void PutInParts(string key, Stream content, string? journalPath)
    {
        var journal = UploadJournal.Read(journalPath, Place, key, content.Length, _partBytes) ?? Begin(key, content.Length);
        try
        {
            for (var sent = (long)journal.Parts.Count * _partBytes; sent < content.Length; sent += _partBytes)
            {
                journal = journal with { Parts = [.. journal.Parts, PutPart(key, content, journal, sent)] };
                journal.Write(journalPath);
            }
            Complete(key, journal);
        }
        catch (RefusedException)
        {
            // The server answered, and will not answer otherwise: it may have thrown the parts away. The next attempt begins anew.
            UploadJournal.Forget(journalPath);
            throw;
        }
        UploadJournal.Forget(journalPath);
    }

    void Complete(string key, UploadJournal journal) => Ask("complete", key, () => _client.CompleteMultipartUploadAsync(new()
    {
        BucketName = _bucket, Key = _prefix + key, UploadId = journal.UploadId,
        PartETags = [.. journal.Parts.Select((etag, i) => new PartETag(i + 1, etag))],
    }));

    UploadJournal Begin(string key, long bytes)
    {
        var begun = Ask("begin", key, () => _client.InitiateMultipartUploadAsync(_bucket, _prefix + key));
        return new(Place, key, bytes, _partBytes, begun.UploadId, []);
    }

    string PutPart(string key, Stream content, UploadJournal journal, long from)
    {
        content.Position = from;
        return Ask("put a part of", key, () => _client.UploadPartAsync(new()
        {
            BucketName = _bucket, Key = _prefix + key, UploadId = journal.UploadId, PartNumber = journal.Parts.Count + 1,
            InputStream = content, PartSize = Math.Min(_partBytes, content.Length - from), UseChunkEncoding = false,
        })).ETag;
    }

    static AmazonS3Config Configuration(string endpoint)
    {
        // Checksums of the newer sort are asked for only where S3 wants them: other servers refuse them, and what we put is read back whole.
        var configuration = new AmazonS3Config { RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED };
        if (endpoint.Length == 0) return configuration;
        configuration.ServiceURL = endpoint;
        configuration.ForcePathStyle = true;
        configuration.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        return configuration;
    }

    T Ask<T>(string what, string key, Func<Task<T>> request)
    {
        try
        {
            return request().GetAwaiter().GetResult();
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey" || (what == "get" && e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket"))
        {
            throw new FileNotFoundException($"{Place}/{key} is not there");
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            throw new RefusedException($"{Place}: could not {$"{what} {key}".TrimEnd()}: {S3Trouble.Told(e, _bucket)}", e);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or WebException or OperationCanceledException)
        {
            throw new IOException($"{Place}: could not {$"{what} {key}".TrimEnd()}: {S3Trouble.Told(e, _bucket)}", e);
        }
    }

    /// <summary>The server answered, with no.</summary>
    sealed class RefusedException(string message, Exception inner) : IOException(message, inner);
}
