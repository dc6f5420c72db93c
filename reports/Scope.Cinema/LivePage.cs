// The live page: a small HTTP server on the loopback that shows what the recorder sees while it sees it. Only who knows the
// address gets in: it holds a random token, and a request that names another host (a foreign site that points its name
// here) is refused. One page, one stream of server-sent events; nothing can be changed through it.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Page;
using Scope.Store;

namespace Scope.Cinema;

/// <summary>A running live page.</summary>
public sealed class LivePage : IAsyncDisposable
{
    const int PortTries = 20; // Free ports are many; twenty taken ones in a row mean that something else is wrong.

    static readonly HtmlPage ThePage = new("report.html", ["report.css", "report.parts.css", "live.css"],
        ["live.data.js", "report.format.js", "report.dom.js", "report.chart.js", "report.verdict.js", "report.timeline.js", "report.groups.js", "live.main.js"], connectsToSelf: true, typeof(LivePage).Assembly);

    readonly HttpListener _listener;
    readonly LiveState _state;
    readonly string _host, _token;
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;
    int _viewers;

    LivePage(HttpListener listener, int port, LiveState state)
    {
        (_listener, _state, _host) = (listener, state, $"127.0.0.1:{port}");
        _token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        Url = new($"http://{_host}/{_token}/");
        _accepting = Task.Run(Accept);
    }

    /// <summary>Where it is; who has this can look, so it is for the user's eyes only.</summary>
    public Uri Url { get; }

    /// <summary>Starts a page on a port of the loopback, on any free one for 0; null with the reason when that does not go.</summary>
    /// <param name="history">What is shown; may grow.</param>
    /// <param name="target">Whose it is.</param>
    /// <param name="diagnosis">Gives what has been found so far; called once a second at most.</param>
    /// <param name="port">The port, 0 for any.</param>
    /// <param name="problem">Why there is no page.</param>
    public static LivePage? TryStart(IHistory history, TargetInfo target, Func<Diagnosis> diagnosis, int port, out string problem)
    {
        problem = "";
        for (var i = 0; i < (port == 0 ? PortTries : 1); i++)
        {
            var tried = port == 0 ? RandomNumberGenerator.GetInt32(20_000, 60_000) : port;
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{tried}/");
            try
            {
                listener.Start();
                return new(listener, tried, new(history, target, diagnosis));
            }
            catch (HttpListenerException e)
            {
                ((IDisposable)listener).Dispose();
                problem = $"the live page could not listen on 127.0.0.1:{tried}: {e.Message}; choose another port, or 0 for a free one";
            }
        }
        return null;
    }

    /// <summary>Ends the page; who is looking is told that it ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Close();
        _stop.Dispose();
    }

    async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening) return;
            }
        }
    }

    async Task Answer(HttpListenerContext context)
    {
        var response = context.Response;
        try
        {
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["X-Frame-Options"] = "DENY";
            response.Headers["Cache-Control"] = "no-store";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.StatusCode = StatusFor(context.Request, out var resource);
            if (response.StatusCode == 200 && resource == "events") await Stream(response);
            else if (response.StatusCode == 200) WritePage(response);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The viewer went away, or we are ending.
        }
        finally
        {
            try { response.Close(); } catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException) { }
        }
    }

    int StatusFor(HttpListenerRequest request, out string resource)
    {
        resource = "";
        if (request.Headers["Host"] != _host) return 421;
        var parts = (request.Url?.AbsolutePath ?? "").Split('/');
        if (parts.Length != 3 || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(parts[1]), Encoding.ASCII.GetBytes(_token))) return 404;
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

    async Task Stream(HttpListenerResponse response)
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
                await response.OutputStream.WriteAsync(_state.Message(), _stop.Token);
                await response.OutputStream.FlushAsync(_stop.Token);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }
}
