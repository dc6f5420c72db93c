// Tells somebody else: a POST of JSON, signed with HMAC-SHA256 over its bytes, so that who gets it knows that it is from us and
// whole. It holds the id of the call and its time, by which a repeated one is known. Tried three times; redirects are not followed,
// because a signed body goes where it was sent and nowhere else.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Scope.Agent.Watch.Actions;

static class PostAction
{
    /// <summary>The header with the signature: sha256= and the digest in hexadecimal.</summary>
    public const string SignatureHeader = "X-Scope-Signature-256";

    const int Tries = 3;
    static readonly TimeSpan Within = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromSeconds(2);

    static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Within };

    /// <summary>What is wrong with an address; null when nothing is.</summary>
    public static string? FaultOf(string url) => !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? $"must be an address such as \"https://alerts.example.com/scope\", not \"{url}\""
        : uri.UserInfo.Length > 0 ? "may hold no user and password; secret_file names the key of the signature"
        : uri.Scheme == "http" && !uri.IsLoopback ? "must be https, as it is not on this machine" : null;

    /// <summary>Posts until it is taken, or not at all.</summary>
    public static async Task<ActionOutcome> RunAsync(Incident incident, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = Guid.NewGuid(), time = incident.At.ToString(), rule = incident.Rule.Name, service = incident.Target.Service, pid = incident.Target.Pid, host = Environment.MachineName, why = incident.Why,
            folder = incident.KeptIn, findings = incident.Findings.Select(f => new { f.Cause, f.Culprit, severity = f.Severity.ToString().ToLowerInvariant(), f.Confidence }),
        }, JsonSerializerOptions.Web);
        if (KeyOf(incident.Rule.SecretFile, out var problem) is not { } key) return new(false, problem!);
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, body));
        for (var attempt = 1; ; attempt++)
        {
            var answer = await PostAsync(new(incident.Rule.Url), body, signature, cancel);
            if (answer.Done || attempt == Tries) return answer;
            await Task.Delay(Pause, cancel);
        }
    }

    static async Task<ActionOutcome> PostAsync(Uri url, byte[] body, string signature, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add(SignatureHeader, signature);
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return new(response.IsSuccessStatusCode, $"{url.Host} answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new(false, $"{url.Host}: {(e is TaskCanceledException ? "no answer in time" : e.Message)}");
        }
    }

    static byte[]? KeyOf(string file, out string? problem)
    {
        try
        {
            problem = null;
            return System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(file).Trim()) is { Length: > 0 } key ? key : throw new IOException("it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"the key of the signature, {file}, cannot be read: {e.Message}";
            return null;
        }
    }
}
