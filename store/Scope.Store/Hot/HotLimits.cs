// What the hot index may hold, and what it holds.
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>The bounds of a hot index; the oldest block goes when one is passed.</summary>
public sealed record HotLimits
{
    /// <summary>Events at most; at least one block is always kept.</summary>
    public long Events { get; init; } = Limits.HotEvents;

    /// <summary>How much older than the newest event one may be, in ns.</summary>
    public long AgeNanos { get; init; } = long.MaxValue;

    /// <summary>Bytes of events, links, heads and the identities of spans.</summary>
    public long Bytes { get; init; } = Limits.HotBytes;
}

/// <summary>What a hot index holds at one moment.</summary>
/// <param name="Events">Events that can be asked for.</param>
/// <param name="Appended">Events taken since the beginning.</param>
/// <param name="Late">Events that came with a time before the newest and took that.</param>
/// <param name="Blocks">Blocks in use.</param>
/// <param name="Bytes">Bytes of blocks, heads and the identities of spans.</param>
/// <param name="Chains">How many keys each chain has.</param>
public sealed record HotStatistics(long Events, long Appended, long Late, int Blocks, long Bytes, IReadOnlyList<ChainStatistics> Chains)
{
    /// <summary>Bytes an event, all told.</summary>
    public double BytesAnEvent => Events == 0 ? 0 : (double)Bytes / Events;
}

/// <summary>One chain: how many keys have events.</summary>
public sealed record ChainStatistics(string Chain, int Keys, long Bytes);
