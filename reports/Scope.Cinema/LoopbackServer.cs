// A small HTTP server on the loopback, as the live page and the operations of watch both are one: only requests that name this
// very host are answered (a foreign site that points its name here is refused), none that a page of another origin sends, and
// only so many a second. What comes in beyond that is the business of who answers.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Scope.Events;

namespace Scope.Cinema;

/// <summary>Answers one request; the response is closed afterwards.</summary>
public delegate Task LoopbackAnswer(HttpListenerContext context, CancellationToken ending);

/// <summary>A server on 127.0.0.1.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    const int PortTries = 20; // Free ports are many; twenty taken ones in a row mean that something else is wrong.

    readonly HttpListener _listener;
    readonly CancellationTokenSource _stop = new();
    readonly RequestRate _rate = new(Limits.LoopbackRequestsPerSecond);
    Task _accepting = Task.CompletedTask;

    LoopbackServer(HttpListener listener, int port) => (_listener, Port) = (listener, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its host and port, as requests must name it.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Takes a port, any free one for 0; null with the reason when that does not go. Nobody is answered yet.</summary>
    /// <param name="what">What wants to listen, for the reason.</param>
    /// <param name="port">The port, 0 for any.</param>
    /// <param name="problem">Why not.</param>
    public static LoopbackServer? TryOpen(string what, int port, out string problem)
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
                return new(listener, tried);
            }
            catch (HttpListenerException e)
            {
                ((IDisposable)listener).Dispose();
                problem = $"{what} could not listen on 127.0.0.1:{tried}: {e.Message}; choose another port, or 0 for a free one";
            }
        }
        return null;
    }

    /// <summary>Begins to answer.</summary>
    public void Serve(LoopbackAnswer answer) => _accepting = Task.Run(() => AcceptAsync(answer));

    /// <summary>A secret that nobody can guess.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether two secrets are the same, in a time that tells nothing of where they differ.</summary>
    public static bool IsSame(string given, string token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));

    /// <summary>Ends it; who is being answered is told by the token.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Close();
        _stop.Dispose();
    }

    async Task AcceptAsync(LoopbackAnswer answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context, answer));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening) return;
            }
        }
    }

    async Task AnswerAsync(HttpListenerContext context, LoopbackAnswer answer)
    {
        var response = context.Response;
        try
        {
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["X-Frame-Options"] = "DENY";
            response.Headers["Cache-Control"] = "no-store";
            response.Headers["Referrer-Policy"] = "no-referrer";
            if (RefusalOf(context.Request) is { } refused) response.StatusCode = refused;
            else await answer(context, _stop.Token);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Who asked went away, or we are ending.
        }
        catch
        {
            // An answer that failed must not go out as a whole one with status 200.
            response.Abort();
            throw;
        }
        finally
        {
            try { response.Close(); } catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException) { }
        }
    }

    int? RefusalOf(HttpListenerRequest request)
    {
        if (request.Headers["Host"] != Host) return 421;
        if (request.Headers["Origin"] is { } origin && origin != $"http://{Host}") return 403;
        if (request.HasEntityBody && request.ContentLength64 is < 0 or > Limits.LoopbackBodyBytes) return 413;
        return _rate.TryTake(Environment.TickCount64) ? null : 429;
    }

    /// <summary>So many requests a second, and as many at once when it was quiet before.</summary>
    sealed class RequestRate(int perSecond)
    {
        readonly Lock _lock = new();
        double _left = perSecond;
        long _at = Environment.TickCount64;

        public bool TryTake(long now)
        {
            lock (_lock)
            {
                _left = Math.Min(perSecond, _left + (now - _at) * perSecond / 1000.0);
                _at = now;
                if (_left < 1) return false;
                _left--;
                return true;
            }
        }
    }
}
