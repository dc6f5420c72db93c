// The live page: a small HTTP server on the loopback that shows what the recorder sees while it sees it. Only who knows the
// address gets in: it holds a random token. One page, one stream of server-sent events; nothing can be changed through it.
using System.Net;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Page;
using Scope.Store;

namespace Scope.Cinema;

/// <summary>A running live page.</summary>
public sealed class LivePage : IAsyncDisposable
{
    static readonly HtmlPage ThePage = new("report.html", ["report.css", "report.parts.css", "live.css"],
        ["live.data.js", "report.format.js", "report.dom.js", "report.chart.js", "report.verdict.js", "report.timeline.js", "report.groups.js", "live.main.js"], connectsToSelf: true, typeof(LivePage).Assembly);

    readonly LoopbackServer _server;
    readonly LiveState _state;
    readonly string _token = LoopbackServer.NewToken();
    int _viewers;

    LivePage(LoopbackServer server, LiveState state)
    {
        (_server, _state) = (server, state);
        Url = new($"http://{server.Host}/{_token}/");
        server.Serve(Answer);
    }

    /// <summary>Where it is; who has this can look, so it is for the user's eyes only.</summary>
    public Uri Url { get; }

    /// <summary>Starts a page on a port of the loopback, on any free one for 0; null with the reason when that does not go.</summary>
    /// <param name="history">What is shown; may grow.</param>
    /// <param name="target">Whose it is.</param>
    /// <param name="diagnosis">Gives what has been found so far; called once a second at most.</param>
    /// <param name="port">The port, 0 for any.</param>
    /// <param name="problem">Why there is no page.</param>
    public static LivePage? TryStart(IHistory history, TargetInfo target, Func<Diagnosis> diagnosis, int port, out string problem) =>
        LoopbackServer.TryOpen("the live page", port, out problem) is { } server ? new(server, new(history, target, diagnosis)) : null;

    /// <summary>Ends the page; who is looking is told that it ended.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task Answer(HttpListenerContext context, CancellationToken ending)
    {
        var response = context.Response;
        response.StatusCode = StatusFor(context.Request, out var resource);
        if (response.StatusCode == 200 && resource == "events") await Stream(response, ending);
        else if (response.StatusCode == 200) WritePage(response);
    }

    int StatusFor(HttpListenerRequest request, out string resource)
    {
        resource = "";
        var parts = (request.Url?.AbsolutePath ?? "").Split('/');
        if (parts.Length != 3 || !LoopbackServer.IsSame(parts[1], _token)) return 404;
        if (request.HttpMethod != "GET") return 405;
        resource = parts[2];
        return resource is "" or "events" ? 200 : 404;
    }

    void WritePage(HttpListenerResponse response)
    {
        response.ContentType = "text/html; charset=utf-8";
        using var page = new MemoryStream();
        ThePage.Write(page, $"{_state.Name}: live", ["The live page needs its script."], _state.Write);
        response.OutputStream.Write(page.GetBuffer().AsSpan(0, (int)page.Length));
    }

    async Task Stream(HttpListenerResponse response, CancellationToken ending)
    {
        if (Interlocked.Increment(ref _viewers) > Limits.LiveViewers)
        {
            Interlocked.Decrement(ref _viewers);
            response.StatusCode = 503;
            return;
        }
        try
        {
            response.ContentType = "text/event-stream";
            response.SendChunked = true;
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            do
            {
                await response.OutputStream.WriteAsync(_state.Message(), ending);
                await response.OutputStream.FlushAsync(ending);
            }
            while (await timer.WaitForNextTickAsync(ending));
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }
}
