using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Testing;
using Scope.Store;

namespace Scope.Reports.Tests.Exports;

[TestClass]
public sealed partial class OtlpTests
{
    static readonly string Protos = Path.Combine(NpmPackage.Folder("@opentelemetry/otlp-grpc-exporter-base", "0.35.1"), "build", "protos");

    [TestMethod]
    public void Spans_and_logs_round_trip_through_the_published_protobuf()
    {
        foreach (var (message, file, export) in ((string, string, Action<IHistory, EventQuery, Stream>)[])[
            ("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest", "opentelemetry/proto/collector/trace/v1/trace_service.proto", OtlpExport.WriteTraces),
            ("opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest", "opentelemetry/proto/collector/logs/v1/logs_service.proto", OtlpExport.WriteLogs)])
        {
            var written = ExportSample.Export(export);
            var text = Protoc(["--decode=" + message, file], written);
            Protoc(["--encode=" + message, file], text).AsSpan().SequenceEqual(written).ShouldBeTrue(message);
            // A field that the published message does not have is shown by its number.
            UnknownField().IsMatch(Encoding.UTF8.GetString(text)).ShouldBeFalse();
        }
    }

    [TestMethod]
    public void What_is_read_back_says_what_happened()
    {
        var text = Encoding.UTF8.GetString(Protoc(["--decode=opentelemetry.proto.trace.v1.TracesData", "opentelemetry/proto/trace/v1/trace.proto"], ExportSample.Export(OtlpExport.WriteTraces)));
        var spans = ExportSample.Events.Count(e => KindSet.Spans.Contains(e.Kind));
        Regex.Count(text, "start_time_unix_nano: ").ShouldBe(spans);
        Regex.Count(text, "    spans \\{").ShouldBe(spans);
        text.ShouldContain("string_value: \"Shop.Api\"");
        text.ShouldContain("""trace_id: "\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000\002" """.Trim());
        text.ShouldContain("kind: SPAN_KIND_SERVER");
        text.ShouldContain("code: STATUS_CODE_ERROR");
        text.ShouldContain("name: \"exception\"");
        var logs = Encoding.UTF8.GetString(Protoc(["--decode=opentelemetry.proto.logs.v1.LogsData", "opentelemetry/proto/logs/v1/logs.proto"], ExportSample.Export(OtlpExport.WriteLogs)));
        logs.ShouldContain("severity_number: SEVERITY_NUMBER_WARN");
    }

    [TestMethod]
    public void The_table_of_fields_says_what_the_published_files_say()
    {
        var published = Directory.GetFiles(Protos, "*.proto", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        foreach (var (ours, theirs) in ((string, string)[])[("KeyValue", "KeyValue"), ("AnyValue", "AnyValue"), ("Span", "Span"), ("Event", "Event"), ("Status", "Status"), ("LogRecord", "LogRecord")])
            foreach (var field in typeof(OtlpFields).GetNestedType(ours)!.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                var snake = Regex.Replace(field.Name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();
                published.Any(proto => Regex.IsMatch(proto, $@"message {theirs} \{{(?:(?!\nmessage ).)*?\b{snake} = {field.GetRawConstantValue()};", RegexOptions.Singleline)).ShouldBeTrue($"{theirs}.{snake} = {field.GetRawConstantValue()}");
            }
    }

    [TestMethod]
    public async Task Spans_and_logs_arrive_at_a_gRPC_endpoint()
    {
        await using var endpoint = await Endpoint.StartAsync(HttpProtocols.Http2);
        using var sender = new OtlpSender(endpoint.Uri, OtlpTransport.Grpc);
        ShouldBeComplete(sender.Send(ExportSample.History, EventQuery.All));
        ShouldBeAlike(endpoint.Received("/opentelemetry.proto.collector.trace.v1.TraceService/Export"), Messages(OtlpExport.VisitTraces));
        ShouldBeAlike(endpoint.Received("/opentelemetry.proto.collector.logs.v1.LogsService/Export"), Messages(OtlpExport.VisitLogs));
    }

    [TestMethod]
    public async Task Spans_and_logs_arrive_at_an_HTTP_endpoint()
    {
        await using var endpoint = await Endpoint.StartAsync(HttpProtocols.Http1);
        using var sender = new OtlpSender(endpoint.Uri, OtlpTransport.Http);
        ShouldBeComplete(sender.Send(ExportSample.History, EventQuery.All));
        ShouldBeAlike(endpoint.Received("/v1/traces"), Messages(OtlpExport.VisitTraces));
        ShouldBeAlike(endpoint.Received("/v1/logs"), Messages(OtlpExport.VisitLogs));
    }

    [TestMethod]
    [DataRow(OtlpTransport.Grpc)]
    [DataRow(OtlpTransport.Http)]
    public async Task What_an_endpoint_takes_in_part_is_told_with_count_and_reason(OtlpTransport transport)
    {
        // ExportTraceServiceResponse { partial_success { rejected_spans: 3, error_message: "too old" } }
        byte[] partial = [0x0A, 0x0B, 0x08, 0x03, 0x12, 0x07, .. "too old"u8];
        await using var endpoint = await Endpoint.StartAsync(transport == OtlpTransport.Grpc ? HttpProtocols.Http2 : HttpProtocols.Http1, answer: partial);
        using var sender = new OtlpSender(endpoint.Uri, transport);
        var outcome = sender.Send(ExportSample.History, EventQuery.All, OtlpSignal.Traces);
        var requests = Messages(OtlpExport.VisitTraces).Count;
        outcome.Problem.ShouldBeNull();
        outcome.Message.ShouldBe("too old");
        outcome.Rejected.ShouldBe(3 * requests);
        outcome.Spans.ShouldBe(ExportSample.Events.Count(e => KindSet.Spans.Contains(e.Kind)) - 3 * requests);
        outcome.Logs.ShouldBe(0);
        endpoint.Received("/v1/logs").ShouldBeEmpty();
    }

    [TestMethod]
    public void An_answer_that_is_none_says_nothing()
    {
        OtlpAnswer.Read([]).ShouldBe(new(0, ""));
        OtlpAnswer.Read("{\"partialSuccess\":{}}"u8).Rejected.ShouldBe(0);
        OtlpAnswer.Read([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x08]).ShouldBe(new(0, ""));
        OtlpAnswer.Read([0x0A, 0x02, 0x08]).ShouldBe(new(0, ""));
    }

    [TestMethod]
    public async Task An_endpoint_that_refuses_is_told_with_its_reason()
    {
        await using var endpoint = await Endpoint.StartAsync(HttpProtocols.Http2, grpcStatus: "16", grpcMessage: "no%20token");
        using var sender = new OtlpSender(endpoint.Uri, OtlpTransport.Grpc);
        var outcome = sender.Send(ExportSample.History, EventQuery.All);
        outcome.Spans.ShouldBe(0);
        outcome.Problem!.ShouldContain("gRPC status 16 no token");
        using var nobody = new OtlpSender(new("http://127.0.0.1:1"), OtlpTransport.Http);
        nobody.Send(ExportSample.History, EventQuery.All).Problem!.ShouldContain("usually on 4317");
    }

    static void ShouldBeComplete(OtlpOutcome outcome)
    {
        outcome.Problem.ShouldBeNull();
        outcome.Spans.ShouldBe(ExportSample.Events.Count(e => KindSet.Spans.Contains(e.Kind)));
        outcome.Logs.ShouldBe(ExportSample.Events.Count(e => e.Kind == EventKind.Log));
    }

    static void ShouldBeAlike(List<byte[]> received, List<byte[]> sent)
    {
        received.Count.ShouldBe(sent.Count);
        for (var i = 0; i < sent.Count; i++) received[i].AsSpan().SequenceEqual(sent[i]).ShouldBeTrue($"message {i}");
    }

    static List<byte[]> Messages(Action<IHistory, EventQuery, OtlpRequestVisitor> visit)
    {
        var messages = new List<byte[]>();
        visit(ExportSample.History, EventQuery.All, (request, _) =>
        {
            messages.Add(request.ToArray());
            return true;
        });
        return messages;
    }

    static byte[] Protoc(string[] arguments, byte[] input)
    {
        var tools = typeof(OtlpTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "GrpcTools").Value!;
        var program = Path.Combine(tools, "tools", "linux_x64", "protoc");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        using var protoc = Process.Start(new ProcessStartInfo(program, [$"--proto_path={Protos}", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = protoc.StandardError.ReadToEndAsync();
        var feed = Task.Run(() =>
        {
            protoc.StandardInput.BaseStream.Write(input);
            protoc.StandardInput.Close();
        });
        using var output = new MemoryStream();
        protoc.StandardOutput.BaseStream.CopyTo(output);
        protoc.WaitForExit();
        protoc.ExitCode.ShouldBe(0, errors.Result);
        feed.Wait();
        return output.ToArray();
    }

    [GeneratedRegex(@"^\s*\d+:", RegexOptions.Multiline)]
    private static partial Regex UnknownField();

    /// <summary>A real server that keeps what it is sent.</summary>
    sealed class Endpoint : IAsyncDisposable
    {
        readonly List<(string Path, byte[] Message)> _received = [];
        readonly WebApplication _app;

        Endpoint(HttpProtocols protocol, string grpcStatus, string grpcMessage, byte[] answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocol));
            _app = builder.Build();
            _app.MapPost("/{**path}", async (HttpContext context) =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                var message = body.ToArray();
                if (protocol == HttpProtocols.Http2)
                {
                    context.Request.ContentType.ShouldBe("application/grpc");
                    message[0].ShouldBe((byte)0);
                    BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(1)).ShouldBe(message.Length - 5);
                    message = message[5..];
                    context.Response.ContentType = "application/grpc";
                    context.Response.AppendTrailer("grpc-status", grpcStatus);
                    if (grpcMessage.Length > 0) context.Response.AppendTrailer("grpc-message", grpcMessage);
                    var head = new byte[5];
                    BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), answer.Length);
                    await context.Response.Body.WriteAsync((byte[])[.. head, .. answer]);
                }
                else
                {
                    context.Request.ContentType.ShouldBe("application/x-protobuf");
                    await context.Response.Body.WriteAsync(answer);
                }
                lock (_received) _received.Add((context.Request.Path, message));
            });
        }

        public Uri Uri => new(_app.Urls.First());

        public List<byte[]> Received(string path)
        {
            lock (_received) return [.. _received.Where(r => r.Path == path).Select(r => r.Message)];
        }

        public static async Task<Endpoint> StartAsync(HttpProtocols protocol, string grpcStatus = "0", string grpcMessage = "", byte[]? answer = null)
        {
            var endpoint = new Endpoint(protocol, grpcStatus, grpcMessage, answer ?? []);
            await endpoint._app.StartAsync();
            return endpoint;
        }

        public async ValueTask DisposeAsync() => await _app.DisposeAsync();
    }
}
