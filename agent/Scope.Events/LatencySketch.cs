// Quantiles of durations without keeping them: counts in buckets that grow by a fixed ratio, so that any quantile is
// within 1.6 % of the true value, two sketches add up, and a sketch is 8 KB whatever goes in.
using System.Numerics;

namespace Scope.Events;

/// <summary>A histogram of durations in nanoseconds, log-linear: 32 buckets for each doubling.</summary>
public sealed class LatencySketch
{
    const int SubBits = 5;
    const int Buckets = (64 - SubBits) << SubBits;

    readonly int[] _counts = new int[Buckets];

    /// <summary>How many durations went in.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of all durations, ns.</summary>
    public long TotalNanos { get; private set; }

    /// <summary>The longest, ns.</summary>
    public long MaxNanos { get; private set; }

    /// <summary>Adds a duration; a negative one counts as zero.</summary>
    public void Add(long nanos)
    {
        if (nanos < 0) nanos = 0;
        _counts[BucketOf(nanos)]++;
        Count++;
        TotalNanos += nanos;
        if (nanos > MaxNanos) MaxNanos = nanos;
    }

    /// <summary>Adds all that another sketch holds.</summary>
    public void Add(LatencySketch other)
    {
        for (var i = 0; i < Buckets; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        TotalNanos += other.TotalNanos;
        MaxNanos = Math.Max(MaxNanos, other.MaxNanos);
    }

    /// <summary>The duration that a share (0 to 1) of all do not exceed, ns; 0 when empty.</summary>
    public long Quantile(double share)
    {
        if (Count == 0) return 0;
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        long seen = 0;
        for (var i = 0; i < Buckets; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return Math.Min(MiddleOf(i), MaxNanos);
        }
        return MaxNanos;
    }

    /// <summary>The buckets that hold anything, as a middle value and a count each, the smallest first.</summary>
    public IEnumerable<(long Nanos, int Count)> Filled
    {
        get
        {
            for (var i = 0; i < Buckets; i++)
                if (_counts[i] > 0)
                    yield return (MiddleOf(i), _counts[i]);
        }
    }

    /// <summary>Adds a duration so many times; what <see cref="Filled"/> gave makes an equal sketch, but for sum and longest within 1.6 %.</summary>
    public void Add(long nanos, int times)
    {
        if (times <= 0) return;
        Add(nanos);
        _counts[BucketOf(Math.Max(0, nanos))] += times - 1;
        Count += times - 1;
        TotalNanos += Math.Max(0, nanos) * (times - 1);
    }

    /// <summary>Empties it for use again.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, TotalNanos, MaxNanos) = (0, 0, 0);
    }

    // Below 2^SubBits each number has a bucket of its own; above, the top SubBits+1 bits choose it.
    static int BucketOf(long nanos)
    {
        if (nanos < 1 << SubBits) return (int)nanos;
        var shift = 63 - BitOperations.LeadingZeroCount((ulong)nanos) - SubBits;
        return (shift << SubBits) + (int)(nanos >> shift);
    }

    static long MiddleOf(int bucket)
    {
        if (bucket < 1 << SubBits) return bucket;
        var shift = (bucket >> SubBits) - 1;
        var low = ((bucket & (1L << SubBits) - 1) + (1L << SubBits)) << shift;
        return low + (1L << shift) / 2;
    }
}
