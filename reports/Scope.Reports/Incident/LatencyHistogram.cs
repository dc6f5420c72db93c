// Durations counted in buckets whose width grows with the value, so that a quantile of any number of durations costs four
// kilobytes and is off by less than two percent. Counts, sums and the maximum are exact.
using System.Numerics;

namespace Scope.Reports.Incident;

/// <summary>A histogram of durations from a microsecond to an hour.</summary>
sealed class LatencyHistogram
{
    const int SubBits = 5, Sub = 1 << SubBits, Powers = 28;

    readonly int[] _counts = new int[(Powers + 1) * Sub];

    /// <summary>How many durations.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum.</summary>
    public long TotalNanos { get; private set; }

    /// <summary>The longest.</summary>
    public long MaxNanos { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(long nanos)
    {
        _counts[IndexOf(nanos)]++;
        Count++;
        TotalNanos += nanos;
        if (nanos > MaxNanos) MaxNanos = nanos;
    }

    /// <summary>The duration that a share of all stays below or at; 0 when there are none.</summary>
    public long QuantileNanos(double share)
    {
        if (Count == 0) return 0;
        var rank = (long)Math.Ceiling(share * Count);
        for (var i = 0; i < _counts.Length; i++)
            if ((rank -= _counts[i]) <= 0) return Math.Min(MiddleOf(i), MaxNanos);
        return MaxNanos;
    }

    static int IndexOf(long nanos)
    {
        var micros = (ulong)Math.Max(0, nanos) >> 10;
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount(micros | 1) - SubBits);
        if (shift >= Powers) return (Powers + 1) * Sub - 1;
        // Below 2 × Sub the index is the value itself; above, each further power of two takes Sub buckets.
        return shift * Sub + (int)(micros >> shift);
    }

    static long MiddleOf(int index)
    {
        var shift = Math.Max(0, index / Sub - 1);
        var low = (long)(index - shift * Sub) << shift;
        return (low << 10) + (1L << shift << 9);
    }
}
