// Puts a level's row into effect: which samples are taken, what the sessions ask the target for, which flows are kept. A
// session's providers cannot be changed while it runs, so it is ended and begun anew with another request; what the target says
// in the moment between is not heard.
using Scope.Agent.Sources;
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Pipeline.Pressure;

namespace Scope.Agent.Pressure;

/// <summary>Turns the sources of one recording down and up. Used by one thread.</summary>
/// <param name="clock">The time of the recording.</param>
/// <param name="profile">What was asked for.</param>
/// <param name="bufferMegabytes">The buffer of each session in the target.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="samples">The samples; null where they are not taken in bursts.</param>
/// <param name="window">Leaves flows out.</param>
/// <param name="note">Takes a sentence for people.</param>
sealed class PressureValve(RecordingClock clock, Profile profile, int bufferMegabytes, IReadOnlyList<SessionSource> sessions, SampleSource? samples, FlowWindow window, Action<string> note)
{
    SourceDetail _detail = SourceDetail.Full;

    /// <summary>A level begins.</summary>
    public async Task TurnAsync(PressureRow row, PressureChange change)
    {
        note($"pressure {change.To.ToString().ToLowerInvariant()} since {clock.Now} ({change.Reason}): {row.Says}");
        window.Share = row.FlowShare;
        if (samples is not null) samples.OneIn = row.SampleOneIn;
        if (row.Sources != _detail) await AskAsync(_detail = row.Sources);
    }

    async Task AskAsync(SourceDetail detail)
    {
        foreach (var request in ProfileOf(detail).Requests(bufferMegabytes, samplesInBursts: true))
            if (sessions.FirstOrDefault(s => s.Request.Stacks == request.Stacks) is { } session && !session.Request.Providers.SequenceEqual(request.Providers)
                && await session.RearmAsync(request, CancellationToken.None) is { } failure)
                note($"a session could not be begun anew: {failure.Message}");
    }

    Profile ProfileOf(SourceDetail detail) => detail switch
    {
        SourceDetail.Full => profile,
        SourceDetail.Plain => profile.Plain,
        _ => profile.Lightest,
    };
}
