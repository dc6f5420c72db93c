// A SignalR connection, spoken by hand over a WebSocket: the JSON protocol, messages ended by the record separator.
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Scope.Targets.Load;

/// <summary>One worker's connection to the live hub, opened at its first call.</summary>
public sealed class LiveConnection(LoadOptions options) : IDisposable
{
    const char End = '\u001e';
    const int CompletionMessage = 3;

    readonly byte[] _buffer = new byte[16 * 1024];
    readonly StringBuilder _pending = new();
    ClientWebSocket? _socket;

    /// <summary>Calls the hub's Price and waits for its completion; returns what went wrong, or null.</summary>
    public async Task<string?> PriceAsync(int number)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds));
        _socket ??= await ConnectAsync(limit.Token);
        string id = number.ToString(CultureInfo.InvariantCulture);
        await SendAsync($$"""{"type":1,"invocationId":"{{id}}","target":"Price","arguments":[{{1 + number % 200}},2]}""", limit.Token);
        while (true)
        {
            using var message = JsonDocument.Parse(await ReceiveAsync(limit.Token));
            // News and pings come in between.
            if (message.RootElement.TryGetProperty("type", out var type) && type.GetInt32() == CompletionMessage && message.RootElement.GetProperty("invocationId").GetString() == id)
                return message.RootElement.TryGetProperty("error", out var error) ? $"live: {error}" : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    async Task<ClientWebSocket> ConnectAsync(CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        _socket = socket;
        await socket.ConnectAsync(new UriBuilder(new Uri(options.Url!, "/live")) { Scheme = "ws" }.Uri, stop);
        await SendAsync("""{"protocol":"json","version":1}""", stop);
        string answer = await ReceiveAsync(stop);
        return answer == "{}" ? socket : throw new WebSocketException($"the hub refused the handshake: {answer}");
    }

    async Task SendAsync(string message, CancellationToken stop) =>
        await _socket!.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, stop);

    async Task<string> ReceiveAsync(CancellationToken stop)
    {
        while (true)
        {
            for (int i = 0; i < _pending.Length; i++)
                if (_pending[i] == End)
                {
                    string message = _pending.ToString(0, i);
                    _pending.Remove(0, i + 1);
                    return message;
                }
            var received = await _socket!.ReceiveAsync(_buffer.AsMemory(), stop);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException("the hub closed the connection");
            _pending.Append(Encoding.UTF8.GetString(_buffer, 0, received.Count));
        }
    }
}
