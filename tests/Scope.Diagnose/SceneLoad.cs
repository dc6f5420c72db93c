// The load on a scene: each line sends at its rate and never waits for an answer that does not come, up to its bound.
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Scope.Diagnose;

/// <summary>Sends until disposed, and counts.</summary>
sealed class SceneLoad : IAsyncDisposable
{
    const double ShortestTickSeconds = 0.01;

    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { Timeout = AnswerWithin };
    readonly CancellationTokenSource _stop = new();
    readonly Uri _url;
    readonly Task[] _lines;
    int _sent;
    int _ok;
    int _failed;

    public SceneLoad(string url, IEnumerable<LoadLine> lines)
    {
        _url = new Uri(url);
        _lines = [.. lines.Select(line => Task.Run(() => RunAsync(line)))];
    }

    /// <summary>What became of what was sent.</summary>
    public LoadCounts Counts => new(Volatile.Read(ref _sent), Volatile.Read(ref _ok), Volatile.Read(ref _failed));

    /// <summary>Sends one request, whatever becomes of it.</summary>
    public async Task SendAsync(string request, int number)
    {
        Interlocked.Increment(ref _sent);
        try
        {
            string[] parts = request.Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Split(' ', 3);
            if (parts[0] == "WS")
            {
                await HoldHubAsync(parts[1]);
                return;
            }
            using var message = new HttpRequestMessage(new HttpMethod(parts[0]), new Uri(_url, parts[1]));
            if (parts.Length > 2)
                message.Content = new StringContent(parts[2], Encoding.UTF8, parts[2].StartsWith('{') ? "application/json" : "text/plain");
            using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, _stop.Token);
            Interlocked.Increment(ref (answer.IsSuccessStatusCode ? ref _ok : ref _failed));
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException or WebSocketException)
        {
            if (!_stop.IsCancellationRequested)
                Interlocked.Increment(ref _failed);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_lines);
        _client.Dispose();
        _stop.Dispose();
    }

    async Task RunAsync(LoadLine line)
    {
        int open = 0;
        var unanswered = new List<Task>();
        // A timer that ticks faster than this skips ticks, the more the busier the machine: what is due by then is sent at once.
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1 / line.Rate, ShortestTickSeconds)));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            for (int number = 1; await pace.WaitForNextTickAsync(_stop.Token);)
                for (; number <= clock.Elapsed.TotalSeconds * line.Rate; number++)
                {
                    if (Volatile.Read(ref open) >= line.AtOnce)
                        continue;
                    Interlocked.Increment(ref open);
                    unanswered.RemoveAll(task => task.IsCompleted);
                    unanswered.Add(OneAsync(number));
                }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
        await Task.WhenAll(unanswered);

        async Task OneAsync(int number)
        {
            await SendAsync(line.Request, number);
            Interlocked.Decrement(ref open);
        }
    }

    async Task HoldHubAsync(string path)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(_url, path)) { Scheme = "ws" }.Uri, _stop.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
        Interlocked.Increment(ref _ok);
        byte[] buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), _stop.Token)).MessageType != WebSocketMessageType.Close)
            continue;
    }
}

/// <summary>What became of the requests; those on their way are in none but the first.</summary>
public sealed record LoadCounts(int Sent, int Ok, int Failed);
