// One run of load: so many workers share one counter, each request has its time when there is a rate, and its latency
// counts from that time, so that a stalled service is not flattered by requests that were never sent.
using System.Diagnostics;

namespace Scope.Targets.Load;

/// <summary>What became of a run.</summary>
/// <param name="Sent">Requests sent.</param>
/// <param name="Ok">Those that were answered as they should.</param>
/// <param name="Failed">Those that failed, by status, broken connection or time-out.</param>
/// <param name="P50">Half were faster, in milliseconds.</param>
/// <param name="P99">All but a hundredth were faster, in milliseconds.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="FirstFailure">What the first failed one met.</param>
public sealed record LoadResult(int Sent, int Ok, int Failed, double P50, double P99, double Seconds, string? FirstFailure);

/// <summary>Sends the requests.</summary>
public sealed class LoadRun
{
    readonly LoadOptions _options;
    readonly Request[] _requests;
    readonly long[] _latencyTicks;
    readonly long _start = Stopwatch.GetTimestamp();
    int _next = -1;
    int _ok;
    int _failed;
    string? _firstFailure;

    LoadRun(LoadOptions options)
    {
        _options = options;
        _requests = Mixes.Find(options.Mix).Where(request => request.Via != Via.Grpc || options.GrpcUrl is not null).ToArray();
        _latencyTicks = new long[options.Requests];
        new Random(1).Shuffle(_requests);
    }

    /// <summary>Runs until all requests are sent and answered, or until cancelled.</summary>
    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken stop)
    {
        var run = new LoadRun(options);
        using var sender = new Sender(options);
        await Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => run.WorkAsync(sender, stop), CancellationToken.None)));
        return run.Result();
    }

    async Task WorkAsync(Sender sender, CancellationToken stop)
    {
        using var live = new LiveConnection(_options);
        while (Interlocked.Increment(ref _next) is int number && number < _options.Requests)
        {
            long due = await DueAsync(number, stop);
            if (stop.IsCancellationRequested)
                return;
            string? failure = await TrySendAsync(sender, live, number);
            _latencyTicks[number] = Stopwatch.GetTimestamp() - due;
            if (failure is null)
            {
                Interlocked.Increment(ref _ok);
            }
            else
            {
                Interlocked.Increment(ref _failed);
                Interlocked.CompareExchange(ref _firstFailure, failure, null);
            }
        }
    }

    async Task<long> DueAsync(int number, CancellationToken stop)
    {
        if (_options.Rate <= 0)
            return Stopwatch.GetTimestamp();
        long due = _start + (long)(number / _options.Rate * Stopwatch.Frequency);
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (wait.TotalMilliseconds >= 1)
            await Task.Delay(wait, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return Math.Max(due, _start);
    }

    async Task<string?> TrySendAsync(Sender sender, LiveConnection live, int number)
    {
        var request = _requests[number % _requests.Length];
        try
        {
            return request.Via == Via.SignalR ? await live.PriceAsync(number) : await sender.SendAsync(request, number);
        }
        catch (Exception failed)
        {
            return $"{request.Name}: {failed.GetType().Name}: {failed.Message}";
        }
    }

    LoadResult Result()
    {
        int sent = _ok + _failed;
        var latencies = _latencyTicks.Where(ticks => ticks > 0).Order().ToArray();
        double At(double share) => latencies.Length == 0 ? 0 : Math.Round(latencies[(int)(share * (latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency, 3);
        return new LoadResult(sent, _ok, _failed, At(0.5), At(0.99), Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 3), _firstFailure);
    }
}
