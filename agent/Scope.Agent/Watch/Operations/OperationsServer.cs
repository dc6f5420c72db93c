// The operations of a running watch over HTTP on the loopback: whether it is well, its metrics, its state, and calls that make
// rules fire. Who knows the token gets in; it stands in a file of watch's folder that only its owner can read, so that whatever
// collects metrics can be pointed to it. Nothing is changed by GET.
using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Scope.Cinema;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch.Operations;

/// <summary>The server of operations.</summary>
sealed class OperationsServer : IAsyncDisposable
{
    /// <summary>The file of watch's folder that holds the token.</summary>
    public const string TokenFile = "token";

    /// <summary>The file of watch's folder that tells where the server is.</summary>
    public const string AddressFile = "operations.json";

    const string Bearer = "Bearer ";

    /// <summary>An operation: what it is called by, and what it answers.</summary>
    sealed record Operation(string Method, string Path, Func<Watcher, HttpListenerRequest, Reply> Answer);

    /// <summary>An answer.</summary>
    readonly record struct Reply(HttpStatusCode Status, string ContentType, string Text);

    static readonly ImmutableArray<Operation> Operations =
    [
        new("GET", "/healthz", (watcher, _) => watcher.State().Illness is { } illness ? Plain(HttpStatusCode.ServiceUnavailable, illness) : Plain(HttpStatusCode.OK, "ok")),
        new("GET", "/metrics", (watcher, _) => new(HttpStatusCode.OK, MetricsText.ContentType, WatchMetrics.Write(watcher.State()))),
        new("GET", "/status", (watcher, _) => Json(HttpStatusCode.OK, watcher.State().Machine())),
        new("POST", "/trigger/", (watcher, request) => Call(watcher, request)),
    ];

    readonly LoopbackServer _server;
    readonly Watcher _watcher;
    readonly string _addressFile;
    readonly string? _token;

    OperationsServer(LoopbackServer server, Watcher watcher, string addressFile, string? token)
    {
        (_server, _watcher, _addressFile, _token) = (server, watcher, addressFile, token);
        server.Serve(AnswerAsync);
    }

    /// <summary>Where it is.</summary>
    public Uri Url => new($"http://{_server.Host}/");

    /// <summary>Starts it.</summary>
    /// <param name="watcher">What is operated.</param>
    /// <param name="folder">The folder of watch.</param>
    /// <param name="port">The port, 0 for any.</param>
    /// <param name="needsToken">Whether who asks must know the token.</param>
    public static OperationsServer Start(Watcher watcher, string folder, int port, bool needsToken)
    {
        var server = LoopbackServer.TryOpen("the operations of watch", port, out var problem) ?? throw new UserError(ExitCode.BadArgument, problem + " (watch.port)");
        var address = Path.Combine(folder, AddressFile);
        var made = new OperationsServer(server, watcher, address, needsToken ? TokenOf(folder) : null);
        OwnerFile.Replace(address, file => JsonSerializer.Serialize(file, new { url = made.Url, pid = Environment.ProcessId }, JsonSerializerOptions.Web));
        return made;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(_addressFile);
        await _server.DisposeAsync();
    }

    // The same from run to run: who collects metrics has it in a file of his own, or reads this one. One that others could read
    // is known to others.
    static string TokenOf(string folder)
    {
        var path = Path.Combine(folder, TokenFile);
        if (FileFacts.Of(path) is { IsOurSecret: true } && File.ReadAllText(path).Trim() is { Length: > 0 } known) return known;
        var token = LoopbackServer.NewToken();
        OwnerFile.Replace(path, file => file.Write(Encoding.UTF8.GetBytes(token)));
        return token;
    }

    async Task AnswerAsync(HttpListenerContext context, CancellationToken ending)
    {
        var reply = ReplyTo(context.Request);
        var bytes = Encoding.UTF8.GetBytes(reply.Text + "\n");
        context.Response.StatusCode = (int)reply.Status;
        context.Response.ContentType = reply.ContentType;
        if (reply.Status == HttpStatusCode.Unauthorized) context.Response.Headers["WWW-Authenticate"] = "Bearer";
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes, ending);
    }

    Reply ReplyTo(HttpListenerRequest request)
    {
        var given = request.Headers["Authorization"] is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        if (_token is not null && !LoopbackServer.IsSame(given, _token)) return Plain(HttpStatusCode.Unauthorized, $"say Authorization: Bearer and the token, which stands in the file {TokenFile} of watch's folder");
        var path = request.Url?.AbsolutePath ?? "";
        var known = Operations.FirstOrDefault(o => o.Path.EndsWith('/') ? path.StartsWith(o.Path, StringComparison.Ordinal) : path == o.Path);
        if (known is null) return Plain(HttpStatusCode.NotFound, $"there are {string.Join(", ", Operations.Select(o => $"{o.Method} {o.Path}"))}");
        return request.HttpMethod == known.Method ? known.Answer(_watcher, request) : Plain(HttpStatusCode.MethodNotAllowed, $"{known.Path} is for {known.Method}");
    }

    static Reply Call(Watcher watcher, HttpListenerRequest request)
    {
        var name = Uri.UnescapeDataString(request.Url!.AbsolutePath["/trigger/".Length..]);
        return watcher.Call(name, request.QueryString["service"]) is { } called
            ? Json(HttpStatusCode.Accepted, new { called = called.Select(c => new { rule = c.Rule, service = c.Service, pid = c.Pid, fired = c.Fired }) })
            : Plain(HttpStatusCode.NotFound, "no rule has that webhook: [[watch.rule]] with when = \"webhook\" and of = \"NAME\"");
    }

    static Reply Plain(HttpStatusCode status, string text) => new(status, "text/plain; charset=utf-8", text);

    static Reply Json(HttpStatusCode status, object value) => new(status, "application/json", JsonSerializer.Serialize(value, JsonSerializerOptions.Web));
}
