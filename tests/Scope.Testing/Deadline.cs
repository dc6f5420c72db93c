// Waiting in tests: poll for a condition until a deadline, then say what never came true. No test sleeps a fixed time,
// because that is either too short on a busy machine or wasted on a quiet one.
using System.Diagnostics;

namespace Scope.Testing;

/// <summary>Polls until something is true, or fails with what was waited for.</summary>
public static class Deadline
{
    const int PollMillis = 20;

    /// <summary>What tests wait for at most when they say nothing else; generous, because the machine may be busy.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(60);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public static async Task UntilAsync(string what, Func<bool> holds, TimeSpan? within = null) =>
        await UntilAsync(what, () => Task.FromResult(holds()), within);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan? within = null)
    {
        var limit = within ?? Usual;
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            if (clock.Elapsed > limit)
                throw new TimeoutException($"waited {limit.TotalSeconds:0.#} s for: {what}");
            await Task.Delay(PollMillis);
        }
    }

    /// <summary>Waits until the condition holds, on a thread that cannot await.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public static void Until(string what, Func<bool> holds, TimeSpan? within = null) =>
        UntilAsync(what, holds, within).GetAwaiter().GetResult();
}
