// Request and reply over a message bus: a reply finds its caller by the number that went with the request.
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Scenes.Messaging;

public sealed record Message(long Number, bool Rejected, string Body);

public sealed class RpcClient
{
    readonly ConcurrentDictionary<long, TaskCompletionSource<string>> _pending = new();
    readonly MessageBus _bus;
    long _last;

    public RpcClient(MessageBus bus)
    {
        _bus = bus;
        bus.Received += OnReply;
    }

    public async Task<string> CallAsync(string body)
    {
        var reply = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        long number = Interlocked.Increment(ref _last);
        _pending[number] = reply;
        _bus.Publish(new Message(number, false, body));
        return await reply.Task;
    }

    void OnReply(Message message)
    {
        if (!_pending.TryRemove(message.Number, out var reply) || message.Rejected)
            return;
        reply.TrySetResult(message.Body);
    }
}

public sealed class MessageBus : BackgroundService
{
    readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>();

    public event Action<Message>? Received;

    public void Publish(Message message) => _messages.Writer.TryWrite(message);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(stoppingToken))
            Received?.Invoke(message with { Rejected = message.Number % 3 == 0 });
    }
}
