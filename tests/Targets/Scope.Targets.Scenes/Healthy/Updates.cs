// Clients that wait for news: by long polling, and over SignalR.
using Microsoft.AspNetCore.SignalR;

namespace Scenes.Live;

public sealed class NewsHub : Hub
{
    public string Join(string room) => $"joined {room}";
}

public sealed class UpdatePolling
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    volatile TaskCompletionSource<string> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<string> NextAsync(CancellationToken gone)
    {
        try
        {
            return await _next.Task.WaitAsync(Longest, gone);
        }
        catch (TimeoutException)
        {
            return "nothing new";
        }
    }

    public void Publish(string news) => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(news);
}
