// Sends one HTTP or gRPC request and judges the answer.
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Scope.Targets.Shop.Protocols;

namespace Scope.Targets.Load;

/// <summary>The connections of a run.</summary>
public sealed class Sender(LoadOptions options) : IDisposable
{
    const int Numbers = 200; // {n} runs from 1 to this: the ids of the shop's customers.
    const int PrefixBytes = 5; // gRPC: one byte "compressed", four bytes length.

    // Without activities: the load must not send trace headers, or be traced itself.
    readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, MaxConnectionsPerServer = options.Concurrency, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
    };

    /// <summary>Sends; returns what went wrong, or null.</summary>
    public Task<string?> SendAsync(Request request, int number) => request.Via == Via.Grpc ? SendGrpcAsync(request, number) : SendHttpAsync(request, number);

    async Task<string?> SendHttpAsync(Request request, int number)
    {
        string n = (1 + number % Numbers).ToString(CultureInfo.InvariantCulture);
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(options.Url!, request.Path.Replace("{n}", n, StringComparison.Ordinal)));
        if (request.Body is not null)
            message.Content = new StringContent(request.Body.Replace("{n}", n, StringComparison.Ordinal), Encoding.UTF8, request.BodyType);
        using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead);
        return answer.IsSuccessStatusCode ? null : $"{request.Name}: status {(int)answer.StatusCode}";
    }

    async Task<string?> SendGrpcAsync(Request request, int number)
    {
        var quote = new QuoteRequest { Product = 1 + number % Numbers, Quantity = 2 };
        var frame = new byte[PrefixBytes + quote.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
        quote.WriteTo(frame.AsSpan(PrefixBytes));
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(options.GrpcUrl!, request.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _http.SendAsync(message);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        string status = answer.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values.First() : "missing";
        if (status != "0")
            return $"{request.Name}: grpc-status {status}";
        var reply = QuoteReply.Parser.ParseFrom(body.AsSpan(PrefixBytes));
        return reply.Product.Length > 0 ? null : $"{request.Name}: an empty reply";
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
