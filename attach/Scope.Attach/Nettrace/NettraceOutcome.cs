// How the reading of a nettrace stream ended. A value, because a torn stream is an expected end: a target dies, a disk
// fills up, a copy is cut short. What stood before the end has been given to the sink in every case.
namespace Scope.Attach.Nettrace;

/// <summary>How the reading ended.</summary>
public enum NettraceEnd
{
    /// <summary>The stream said that it was over.</summary>
    Completed,
    /// <summary>The stream stopped without saying that it was over: its writer died or its copy was cut.</summary>
    EndedEarly,
    /// <summary>The stream says something that cannot be.</summary>
    Broken,
}

/// <summary>How the reading ended, and what it gave.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Reason">What was wrong, in words; "" when nothing was.</param>
/// <param name="Offset">Where in the stream, in bytes: the end, or what could not be read.</param>
/// <param name="Bytes">How much was read.</param>
/// <param name="Events">Events given to the sink.</param>
/// <param name="Lost">Events that the target dropped, by the gaps in its numbering.</param>
/// <param name="Late">Events that came after a later one had been given already, because their writer paused in the middle of a batch.</param>
/// <param name="Undescribed">Events skipped because the stream never told what they are.</param>
public sealed record NettraceOutcome(NettraceEnd End, string Reason, long Offset, long Bytes, long Events, long Lost, long Late, long Undescribed)
{
    /// <summary>Whether all is there that was written.</summary>
    public bool IsWhole => End == NettraceEnd.Completed;

    /// <summary>It ended by a mistake of ours.</summary>
    public static NettraceOutcome Failed(Exception bug) => new(NettraceEnd.Broken, $"a mistake of ours: {bug.GetType().Name}", 0, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => End switch
    {
        NettraceEnd.Completed => $"complete: {Events} events, {Lost} lost, {Bytes} bytes",
        NettraceEnd.EndedEarly => $"ended early at byte {Offset}: {Reason}; {Events} events before it are kept, {Lost} lost",
        _ => $"broken at byte {Offset}: {Reason}; {Events} events before it are kept, {Lost} lost",
    };
}
