// The part of a recording that --from, --to and --around name. Only the segments that overlap it are read, where the
// recording was ended in order; one that was broken off is read whole.
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Agent;

/// <summary>Some seconds of a recording, or all of it.</summary>
/// <param name="Recording">What was read.</param>
/// <param name="From">Where the part begins.</param>
/// <param name="To">Where it ends; what happened then is no longer in it.</param>
/// <param name="IsAll">Whether all of the recording was read, so that the numbers of its spans and flows are those of every other reading of all.</param>
sealed record RecordingPart(Recording Recording, EventTime From, EventTime To, bool IsAll)
{
    const long AroundNanos = 5_000_000_000;

    /// <summary>One end of a part as the user wrote it.</summary>
    /// <param name="Option">The option's name, for what is wrong with it.</param>
    /// <param name="Text">What was written; null for nothing.</param>
    public readonly record struct End(string Option, string? Text);

    /// <summary>Opens a part.</summary>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="around">The event that it is around, instead of both.</param>
    /// <param name="needsAll">Whether all must be read in any case.</param>
    public static RecordingPart Open(string folder, End from, End to, long? around = null, bool needsAll = false)
    {
        if (from.Text is null && to.Text is null && around is null) return new(OpenRecording.At(folder), EventTime.Min, EventTime.Max, true);
        var extent = RecordingExtent.Of(folder);
        var isAll = needsAll || !extent.IsKnown;
        if (around is { } id)
        {
            var frame = isAll ? RecordingWindow.All : extent.Around(new(id)) is { } window ? new(window.From - AroundNanos, window.To + AroundNanos) : RecordingWindow.All;
            var near = OpenRecording.At(folder, frame);
            if (!near.TryGet(new(id), out var e)) throw new UserError(ExitCode.BadArgument, $"--around {id}: the recording holds no event of that id; scope-attach query lists ids");
            return new(near, e.Time - AroundNanos, e.Time + AroundNanos, isAll);
        }
        var whole = isAll ? OpenRecording.At(folder) : null;
        var (first, last) = whole is null ? (extent.First, extent.Last) : (whole.First, whole.Last);
        var begin = Point(from, first, last) ?? EventTime.Min;
        var end = Point(to, first, last) ?? EventTime.Max;
        if (begin >= end) throw new UserError(ExitCode.BadArgument, $"{from.Option} {from.Text} is not before {to.Option} {to.Text}");
        return new(whole ?? OpenRecording.At(folder, new(begin, end)), begin, end, isAll);
    }

    static EventTime? Point(End end, EventTime first, EventTime last) =>
        end.Text is not { } text ? null : TimeText.TryPoint(text, first, last, out var point) ? point
        : throw new UserError(ExitCode.BadArgument, $"{end.Option} '{text}' is no time. Write {TimeText.PointForms}.");
}
