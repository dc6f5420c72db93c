// What each of several targets may take of the memory that the settings allow for one recording: the same for all. A floor
// keeps each useful, so that beyond some number of targets the sum grows with them; watch.most_targets bounds that.
using System.Numerics;
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
    /// <summary>The share of each of some targets.</summary>
    public static FairShares Of(LimitSettings limits, int targets)
    {
        var each = Math.Max(1, targets);
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
