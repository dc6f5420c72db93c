// A stage that fails is left alone for a while, longer each time, so that a database that is down is not asked all the time, a
// target is not held again and again for a snapshot that cannot be taken, and what works again is found soon.
namespace Scope.Events;

/// <summary>When a failing stage is tried again. For one thread; others may read what it says.</summary>
/// <param name="firstPauseMillis">How long it is left alone after it failed first; twice as long each time after that.</param>
/// <param name="longestPauseMillis">How long at most.</param>
public sealed class CircuitBreaker(int firstPauseMillis = 500, int longestPauseMillis = 30_000)
{
    int _failures;
    long _tryAt;
    volatile Failing? _now;

    /// <summary>Since when it fails and why; null while it works.</summary>
    public Failing? Now => _now;

    /// <summary>How many milliseconds are left until the next try; 0 when it is due.</summary>
    public int MillisLeft => _now is null ? 0 : (int)Math.Max(0, _tryAt - Environment.TickCount64);

    /// <summary>Why it is not tried now, for people; null when it may be.</summary>
    public string? Resting => MillisLeft is > 0 and var left && _now is { } failing ? $"it has failed since {failing.Since:HH:mm:ss} UTC ({failing.Why}) and is tried again in {(left + 999) / 1000} s" : null;

    /// <summary>It worked.</summary>
    public void Worked() => (_now, _failures) = (null, 0);

    /// <summary>It failed.</summary>
    public void Failed(string why)
    {
        _now = new(_now?.Since ?? DateTime.UtcNow, why);
        _tryAt = Environment.TickCount64 + (long)Math.Min(firstPauseMillis * Math.Pow(2, _failures++), longestPauseMillis);
    }
}

/// <summary>A failure that lasts.</summary>
/// <param name="Since">When it began, UTC.</param>
/// <param name="Why">What it said last.</param>
public sealed record Failing(DateTime Since, string Why);
