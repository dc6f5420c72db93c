// Sends OTLP to an endpoint, by gRPC (HTTP/2, its framing written here: a flag, a length, the message) or by HTTP with a
// protobuf body. An endpoint that refuses stops the export with a reason; what had been accepted until then is counted.
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Which of OTLP's transports.</summary>
public enum OtlpTransport
{
    /// <summary>gRPC, by convention on port 4317.</summary>
    Grpc,
    /// <summary>HTTP with protobuf, by convention on port 4318.</summary>
    Http,
}

/// <summary>What OpenTelemetry tells apart.</summary>
public enum OtlpSignal
{
    /// <summary>None of its.</summary>
    None,
    /// <summary>Spans.</summary>
    Traces,
    /// <summary>Log records.</summary>
    Logs,
}

/// <summary>How an export to an endpoint went.</summary>
/// <param name="Spans">Spans accepted.</param>
/// <param name="Logs">Log records accepted.</param>
/// <param name="Rejected">Spans and log records that the endpoint answered not to have taken.</param>
/// <param name="Message">What it said to that, the last time; "" when nothing.</param>
/// <param name="Problem">Why it stopped and what to do; null when all was sent.</param>
public sealed record OtlpOutcome(long Spans, long Logs, long Rejected, string Message, string? Problem);

/// <summary>Sends spans and logs to an OTLP endpoint.</summary>
public sealed class OtlpSender : IDisposable
{
    const int TimeoutSeconds = 30;
    const int GrpcHeadBytes = 5;

    readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(TimeoutSeconds), MaxResponseContentBufferSize = Limits.OtlpAnswerBytes };
    readonly Uri _endpoint;
    readonly OtlpTransport _transport;
    string? _problem;
    long _rejected;
    string _message = "";

    /// <param name="endpoint">http://host:port, or https.</param>
    /// <param name="transport">How to speak to it.</param>
    public OtlpSender(Uri endpoint, OtlpTransport transport)
    {
        (_endpoint, _transport) = (endpoint, transport);
    }

    /// <summary>Sends the spans and log records that match, or the signals that are named.</summary>
    public OtlpOutcome Send(IHistory history, EventQuery query, params ReadOnlySpan<OtlpSignal> signals)
    {
        (_problem, _rejected, _message) = (null, 0, "");
        long spans = 0, logs = 0;
        if (signals.IsEmpty || signals.Contains(OtlpSignal.Traces)) OtlpExport.VisitTraces(history, query, (request, records) => Post(request, "opentelemetry.proto.collector.trace.v1.TraceService/Export", "v1/traces", records, ref spans));
        if (_problem is null && (signals.IsEmpty || signals.Contains(OtlpSignal.Logs))) OtlpExport.VisitLogs(history, query, (request, records) => Post(request, "opentelemetry.proto.collector.logs.v1.LogsService/Export", "v1/logs", records, ref logs));
        return new(spans, logs, _rejected, _message, _problem);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    bool Post(ReadOnlyMemory<byte> request, string grpcPath, string httpPath, int records, ref long accepted)
    {
        var uri = new Uri(_endpoint.AbsoluteUri.TrimEnd('/') + "/" + (_transport == OtlpTransport.Grpc ? grpcPath : httpPath));
        var answer = new OtlpAnswer(0, "");
        try
        {
            _problem = _transport == OtlpTransport.Grpc ? PostGrpc(uri, request, out answer) : PostHttp(uri, request, out answer);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            _problem = $"{uri}: {e.Message} Is an OTLP {_transport} endpoint listening there (gRPC is usually on 4317, HTTP on 4318)?";
        }
        if (_problem is null) accepted += Math.Max(0, records - answer.Rejected);
        _rejected += answer.Rejected;
        if (answer.Message.Length > 0) _message = answer.Message;
        return _problem is null;
    }

    string? PostGrpc(Uri uri, ReadOnlyMemory<byte> request, out OtlpAnswer answer)
    {
        answer = new(0, "");
        var framed = new byte[GrpcHeadBytes + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), request.Length);
        request.CopyTo(framed.AsMemory(GrpcHeadBytes));
        using var message = Message(uri, framed, "application/grpc");
        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        message.Headers.TE.Add(new("trailers"));
        using var response = Answer(message);
        if (!response.IsSuccessStatusCode) return $"{uri}: HTTP {(int)response.StatusCode} {response.ReasonPhrase}";
        var headers = response.TrailingHeaders.Contains("grpc-status") ? (HttpHeaders)response.TrailingHeaders : response.Headers;
        var status = headers.TryGetValues("grpc-status", out var told) ? told.First() : "missing";
        if (status == "0" && BodyOf(response) is { Length: > GrpcHeadBytes } body) answer = OtlpAnswer.Read(body.AsSpan(GrpcHeadBytes));
        return status == "0" ? null : $"{uri}: gRPC status {status} {(headers.TryGetValues("grpc-message", out var why) ? Uri.UnescapeDataString(why.First()) : "")}";
    }

    string? PostHttp(Uri uri, ReadOnlyMemory<byte> request, out OtlpAnswer answer)
    {
        using var message = Message(uri, request.ToArray(), "application/x-protobuf");
        using var response = Answer(message);
        answer = response.IsSuccessStatusCode ? OtlpAnswer.Read(BodyOf(response)) : new(0, "");
        return response.IsSuccessStatusCode ? null : $"{uri}: HTTP {(int)response.StatusCode} {response.ReasonPhrase}";
    }

    /// <summary>Waits for the answer: histories are read by visitors, which are synchronous, and HTTP/2 is asynchronous only.</summary>
    HttpResponseMessage Answer(HttpRequestMessage message) => _client.SendAsync(message, HttpCompletionOption.ResponseContentRead).GetAwaiter().GetResult();

    /// <summary>The body, which has been read with the answer already.</summary>
    static byte[] BodyOf(HttpResponseMessage response)
    {
        using var body = new MemoryStream();
        response.Content.ReadAsStream().CopyTo(body);
        return body.ToArray();
    }

    static HttpRequestMessage Message(Uri uri, byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(type);
        return new(HttpMethod.Post, uri) { Content = content };
    }
}
