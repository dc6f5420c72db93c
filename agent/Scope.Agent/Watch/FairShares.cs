// What each of several targets may take of the memory that the settings allow for one recording: the same for all. A floor
// keeps each useful, so that beyond some number of targets the sum grows with them; watch.most_targets bounds that. Where the
// process itself may not have much, as in a small container, one target has what one of several would have.
using System.Numerics;
using System.Runtime.CompilerServices;
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Agent.Watch;

/// <summary>The share of one target.</summary>
/// <param name="Hot">What its hot index may hold.</param>
/// <param name="PayloadBytes">What its texts may take.</param>
/// <param name="RingEvents">Events in each of its rings.</param>
readonly record struct FairShares(HotLimits Hot, long PayloadBytes, int RingEvents)
{
    const int Rings = 6; // Of one recording: two sessions, samples, counters, and what is small.

    /// <summary>The share of each of some targets.</summary>
    /// <param name="limits">What the settings allow for one.</param>
    /// <param name="targets">How many there are.</param>
    /// <param name="roomBytes">What this process may have for its heap; half of it is for what is held.</param>
    public static FairShares Of(LimitSettings limits, int targets, long roomBytes = long.MaxValue)
    {
        var all = limits.HotBytes + limits.PayloadBytes + Rings * (long)limits.RingEvents * Unsafe.SizeOf<ScopeEvent>();
        var each = Math.Max(targets, (int)(all / Math.Max(1, roomBytes / 2)) + 1);
        return new(
            new()
            {
                Events = Math.Max(Limits.BlockEvents, limits.HotEvents / each),
                Bytes = Share(limits.HotBytes, each, Limits.WatchedHotBytes),
                AgeNanos = limits.HotAge is { } age ? age.Ticks * 100 : long.MaxValue,
            },
            Share(limits.PayloadBytes, each, Limits.WatchedPayloadBytes),
            (int)Share(limits.RingEvents, (int)BitOperations.RoundUpToPowerOf2((uint)each), Limits.WatchedRingEvents));
    }

    static long Share(long all, int each, long least) => Math.Min(all, Math.Max(least, all / each));
}
