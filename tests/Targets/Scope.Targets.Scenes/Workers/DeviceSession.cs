// A device that is talked to from one thread: commands queue up, a loop runs them, and what they await comes back to it.
using System.Collections.Concurrent;

namespace Scenes.Devices;

public sealed class DeviceLoop : SynchronizationContext, IDisposable
{
    readonly BlockingCollection<Action> _queue = [];

    public DeviceLoop() => new Thread(Run) { IsBackground = true, Name = "device loop" }.Start();

    public override void Post(SendOrPostCallback callback, object? state) => _queue.Add(() => callback(state));

    public Task<T> InvokeAsync<T>(Func<T> command)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() => done.TrySetResult(command()));
        return done.Task;
    }

    public void Dispose() => _queue.CompleteAdding();

    void Run()
    {
        SetSynchronizationContext(this);
        foreach (var work in _queue.GetConsumingEnumerable())
            work();
    }
}

public sealed class DeviceSession
{
    public string ReadStatus(int register) => QueryAsync(register).Result;

    async Task<string> QueryAsync(int register)
    {
        await Task.Delay(5);
        return $"{register}:ok";
    }
}
