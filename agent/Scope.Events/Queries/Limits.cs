// The bounds of queries, each with its reason: whoever asks must not hold more than the recorder itself.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Events or groups that a query shows when it does not say how many: what one looks through.</summary>
    public const int QueryShown = 100;

    /// <summary>Events that following causes or effects leads to; nobody reads more, and a loop in damaged data ends.</summary>
    public const int FollowedEvents = 10_000;

    /// <summary>Causes whose links are held while effects are followed: some 30 MB.</summary>
    public const int FollowedLinks = 1 << 18;

    /// <summary>How long after an event its effects in other flows are looked for: a minute is longer than any lock is waited for that is not a deadlock.</summary>
    public const long FollowedNanos = 60_000_000_000;

    /// <summary>Groups that a query counts apart; what comes after is counted together as "other". With quantiles a group takes 8 KB.</summary>
    public const int QueryGroups = 1 << 12;

    /// <summary>Bytes of payloads in an answer from several tiers; older ones are forgotten, and read again when they are asked for again.</summary>
    public const long AnswerPayloadBytes = 256L << 20;

    /// <summary>Payloads of a tier that an answer knows to have already: some 30 MB.</summary>
    public const int AnswerPayloads = 1 << 20;

    /// <summary>Events that are read from a tier at once for an answer from several: a megabyte. The first page is small, as most answers are.</summary>
    public const int AnswerPage = 1 << 14;
}
