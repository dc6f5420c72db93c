// What S3 says when it refuses, with what to do about it.
using System.Collections.Frozen;
using System.Net;
using Amazon.Runtime;

namespace Scope.Store.S3;

static class S3Trouble
{
    const string Credentials = "give the right ones in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in AWS_PROFILE";

    static readonly FrozenDictionary<string, string> Advice = new Dictionary<string, string>
    {
        ["NoSuchBucket"] = "there is no bucket {0}; make it, or mend the address",
        ["AccessDenied"] = "these credentials may not do that in {0}: they need s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject",
        ["InvalidAccessKeyId"] = $"the server does not know this access key; {Credentials}",
        ["SignatureDoesNotMatch"] = $"the secret key does not belong to the access key; {Credentials}",
        ["ExpiredToken"] = "the credentials have expired; take new ones",
        ["PermanentRedirect"] = "the bucket {0} is in another region; name it in AWS_REGION",
        ["AuthorizationHeaderMalformed"] = "the bucket {0} is in another region; name it in AWS_REGION",
        ["EntityTooLarge"] = "the server takes no object of that size",
        ["QuotaExceeded"] = "the bucket {0} is full",
        ["SlowDown"] = "the server asks for fewer requests; run it again later, and it goes on there",
    }.ToFrozenDictionary();

    /// <summary>What went wrong, for people.</summary>
    public static string Told(Exception e, string bucket) => e switch
    {
        AmazonServiceException { ErrorCode: { } code } when Advice.TryGetValue(code, out var advice) => string.Format(null, advice, bucket),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } => string.Format(null, Advice["AccessDenied"], bucket),
        AmazonServiceException { InnerException: HttpRequestException http } => Unreachable(http.Message),
        AmazonServiceException s => $"{s.Message} ({(int)s.StatusCode} {s.ErrorCode})",
        AmazonClientException => $"{e.Message} If it is the credentials that are missing: {Credentials}",
        _ => Unreachable(e.Message),
    };

    static string Unreachable(string message) => $"the server cannot be reached: {message}";
}
