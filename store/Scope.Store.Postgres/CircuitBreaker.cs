// A stage that fails is left alone for a while, longer each time, so that a database that is down is not asked all the time,
// and one that comes back is found soon.
namespace Scope.Store.Postgres;

/// <summary>When a failing stage is tried again. For one thread; others may read what it says.</summary>
public sealed class CircuitBreaker
{
    const int FirstPauseMillis = 500, LongestPauseMillis = 30_000;

    int _pauseMillis = FirstPauseMillis;
    long _tryAt;
    volatile Failing? _now;

    /// <summary>Since when it fails and why; null while it works.</summary>
    public Failing? Now => _now;

    /// <summary>How many milliseconds are left until the next try; 0 when it is due.</summary>
    public int MillisLeft => _now is null ? 0 : (int)Math.Max(0, _tryAt - Environment.TickCount64);

    /// <summary>It worked.</summary>
    public void Worked() => (_now, _pauseMillis) = (null, FirstPauseMillis);

    /// <summary>It failed.</summary>
    public void Failed(string why)
    {
        _now = new(_now?.Since ?? DateTime.UtcNow, why);
        _tryAt = Environment.TickCount64 + _pauseMillis;
        _pauseMillis = Math.Min(_pauseMillis * 2, LongestPauseMillis);
    }
}

/// <summary>A failure that lasts.</summary>
/// <param name="Since">When it began, UTC.</param>
/// <param name="Why">What it said last.</param>
public sealed record Failing(DateTime Since, string Why);
