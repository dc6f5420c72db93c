// The state of the spool, for people and for machines.
using Scope.Agent.Configuration;
using Scope.Store.Spool;

namespace Scope.Agent;

static class SpoolStatusText
{
    /// <summary>The state of the spool that the settings name; null where they name none.</summary>
    public static SpoolStatus? Of(SpoolSettings settings)
    {
        if (settings.Folder.Length == 0) return null;
        var spool = SpoolFolder.TryOpen(settings.Folder, LimitsOf(settings), [RecordingPlace.Warm], out var problem) ?? throw new UserError(ExitCode.NotPossible, problem!);
        return spool.Status();
    }

    /// <summary>What the settings let a spool hold.</summary>
    public static SpoolLimits LimitsOf(SpoolSettings spool) => new(spool.Bytes, spool.Age is { } age ? age.Ticks * 100 : long.MaxValue);

    /// <summary>For machines: times in ISO 8601, sizes in bytes; null where there is none.</summary>
    public static object? Machine(SpoolStatus? s) => s is null ? null : new
    {
        s.Folder,
        s.Recordings,
        s.BeingWritten,
        s.Segments,
        s.Bytes,
        maxBytes = s.Limits.Bytes,
        behind = s.Backlogs.Select(b => new { b.Destination, b.Events, since = b.Events == 0 ? null : b.Since.ToString() }),
        s.Lost,
    };

    /// <summary>For people.</summary>
    public static void Write(TextWriter into, SpoolStatus s)
    {
        into.WriteLine($"Spool {s.Folder}: {Count(s.Recordings, "recording")} ({s.BeingWritten} being written), {Count(s.Segments, "sealed segment")}, {s.Bytes >> 20:N0} of {s.Limits.Bytes >> 20:N0} MB");
        foreach (var b in s.Backlogs)
            into.WriteLine(b.Events == 0 ? $"{b.Destination} has all that is sealed" : $"{b.Destination} lacks {b.Events:N0} events, the oldest from {b.Since}");
        if (s.Lost.Count > 0) into.WriteLine($"lost as it was full or they were too old: {string.Join(", ", s.Lost.Select(l => $"{l.Value:N0} {(l.Key == "too old" ? "events too old" : l.Key)}"))}");
    }

    static string Count(int n, string what) => n == 1 ? $"1 {what}" : $"{n:N0} {what}s";
}
