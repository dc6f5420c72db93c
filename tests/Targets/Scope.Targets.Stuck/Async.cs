// Async methods that do not go on: for want of their thread, of somebody who completes them, of a free worker.
using System.Collections.Concurrent;

namespace Scope.Targets.Stuck;

/// <summary>A thread with a synchronization context, as user interfaces and old ASP.NET have it, that blocks on its own work.</summary>
static class SingleThread
{
    public static string Deadlock()
    {
        new Thread(() => new OneThreadContext().Run(() => LoadAsync().Result)) { Name = "one thread", IsBackground = true }.Start();
        Thread.Sleep(300);
        return $"{typeof(SingleThread).FullName}.{nameof(LoadAsync)}";
    }

    static async Task<int> LoadAsync()
    {
        await FetchAsync();
        return 1;
    }

    static async Task FetchAsync() => await Task.Delay(50);

    sealed class OneThreadContext : SynchronizationContext
    {
        readonly BlockingCollection<(SendOrPostCallback, object?)> _queue = [];

        public override void Post(SendOrPostCallback callback, object? state) => _queue.Add((callback, state));

        public void Run(Func<int> first)
        {
            SetSynchronizationContext(this);
            first();
            foreach (var (callback, state) in _queue.GetConsumingEnumerable()) callback(state);
        }
    }
}

/// <summary>Letters that are waited for and never come.</summary>
static class Mailbox
{
    static readonly List<Task> Waiting = [];
    static readonly List<TaskCompletionSource<string>> Open = [];

    /// <summary>Nobody keeps the sources: nobody can ever complete them.</summary>
    public static string Forget(int count)
    {
        for (var i = 0; i < count; i++) Waiting.Add(ReadLetterAsync(new()));
        return $"{typeof(Mailbox).FullName}.{nameof(ReadLetterAsync)}";
    }

    /// <summary>A list keeps the sources: somebody may still complete them.</summary>
    public static string Wait(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Open.Add(new());
            Waiting.Add(ReadOpenLetterAsync(Open[^1]));
        }
        return $"{typeof(Mailbox).FullName}.{nameof(ReadOpenLetterAsync)}";
    }

    static async Task ReadLetterAsync(TaskCompletionSource<string> letter) => await FirstLineAsync(letter);

    static async Task ReadOpenLetterAsync(TaskCompletionSource<string> letter) => await FirstLineAsync(letter);

    static async Task<string> FirstLineAsync(TaskCompletionSource<string> letter) => (await letter.Task).Split('\n')[0];
}

/// <summary>All workers blocked, and more work queued behind them.</summary>
static class Starved
{
    static readonly ManualResetEventSlim Never = new();

    public static string Queue(int items)
    {
        ThreadPool.GetMinThreads(out var workers, out _);
        ThreadPool.SetMaxThreads(workers, 1000);
        for (var i = 0; i < workers; i++) ThreadPool.QueueUserWorkItem(_ => Never.Wait());
        Thread.Sleep(300);
        for (var i = 0; i < items; i++) ThreadPool.QueueUserWorkItem(Behind, i);
        return $"{items} {typeof(Starved).FullName}.{nameof(Behind)}";
    }

    static void Behind(object? state) => GC.KeepAlive(state);
}
