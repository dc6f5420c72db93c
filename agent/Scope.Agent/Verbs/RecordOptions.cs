// The options of a recording, as attach and run both have them, over the settings of scope.toml.
using System.CommandLine;
using Scope.Attach.Profiles;

namespace Scope.Agent.Verbs;

/// <summary>How a recording is to be made and shown.</summary>
sealed record RecordOptions(RecorderSettings Recorder, TimeSpan? Duration, TimeSpan Refresh, bool Report, bool Quiet, bool Json, string CommandText)
{
    static readonly Option<string?> DurationOption = new("--duration", "-d") { Description = "Stop after this long, such as 00:00:20 or 90s; else at Enter, Ctrl+C or the target's end." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<string?> ProfileOption = new("--profile", "-p") { Description = "What to record: " + string.Join("; ", ProfileTable.All.Select(p => $"{p.Name} ({p.Description})")) + "." };
    static readonly Option<string?> Providers = new("--providers") { Description = "Further providers, as dotnet-trace takes them: Name:0xKeywords:Level:key=value,…" };
    static readonly Option<int?> BufferSize = new("--buffersize") { Description = "The runtime's buffer in the target for each session, MB." };
    static readonly Option<bool> KeepNettrace = new("--keep-nettrace") { Description = "Keep the runtime's own streams beside the segments." };
    static readonly Option<bool> NoReport = new("--no-report") { Description = "Write no incident.html; findings.json is written all the same." };
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> QuietOption = CommonOptions.Quiet();
    static readonly Option<bool> JsonOption = CommonOptions.Json();

    /// <summary>All of them, for the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [DurationOption, Output, ProfileOption, Providers, BufferSize, KeepNettrace, NoReport, Config, QuietOption, JsonOption];

    /// <summary>Reads them.</summary>
    public static RecordOptions Read(ParseResult parsed)
    {
        var json = parsed.GetValue(JsonOption);
        return new(
            new RecorderSettings
            {
                Profile = ProfileOf(parsed),
                BufferMegabytes = parsed.GetValue(BufferSize) ?? 256,
                OutputFolder = parsed.GetValue(Output) ?? ".",
                KeepNettrace = parsed.GetValue(KeepNettrace),
                RingEvents = Events.Limits.RingEvents,
            },
            parsed.GetValue(DurationOption) is { } d ? TimeText.TryDuration(d, out var nanos) ? TimeSpan.FromTicks(nanos / 100) : throw new UserError(ExitCode.BadArgument, $"--duration '{d}' is no duration. Write 00:00:20, 90s or 5m.") : null,
            TimeSpan.FromMilliseconds(500),
            Report: !parsed.GetValue(NoReport),
            Quiet: parsed.GetValue(QuietOption) || json,
            json,
            "scope-attach " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)));
    }

    static Profile ProfileOf(ParseResult parsed)
    {
        var profile = ProfileTable.Default;
        if (parsed.GetValue(ProfileOption) is { } name)
            profile = ProfileTable.Find(name) ?? throw new UserError(ExitCode.BadArgument, $"--profile '{name}' is no profile; there are {string.Join(", ", ProfileTable.All.Select(p => p.Name))}");
        if (parsed.GetValue(Providers) is not { } text) return profile;
        return ProviderText.Parse(text).Try(out var added, out var failure) ? profile.With(added) : throw Failures.Of(failure);
    }
}
