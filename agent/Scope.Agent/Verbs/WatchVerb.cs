// scope-attach watch: runs as a service; records what rules name, and does what rules say.
using System.CommandLine;
using Scope.Agent.Live;
using Scope.Agent.Watch;
using Scope.Agent.Watch.Operations;
using Scope.Store.Spool;

namespace Scope.Agent.Verbs;

static class WatchVerb
{
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Quiet = CommonOptions.Quiet();
    static readonly Option<string?> Duration = new("--duration", "-d") { Description = "Stop after this long; else at Ctrl+C or SIGTERM." };

    public static Command Create()
    {
        var verb = new Command("watch", "Records services as they come and go, and keeps what was before when something happens; by the rules of [watch] in scope.toml.") { Config, Duration, Quiet };
        verb.SetAction(async parsed => (int)await RunAsync(parsed));
        return verb;
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed)
    {
        var duration = parsed.GetValue(Duration) is not { } text ? (TimeSpan?)null : Events.TimeText.TryDuration(text, out var nanos) ? TimeSpan.FromTicks(nanos / 100)
            : throw new UserError(ExitCode.BadArgument, $"--duration '{text}' is no time. Write {Events.TimeText.DurationForms}.");
        var settings = CommonOptions.SettingsOf(parsed, Config, []).Settings;
        Action<string> tell = parsed.GetValue(Quiet) ? _ => { } : line => Console.Error.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} {line}");
        var folder = WatchFolder.Make(settings.Watch.Folder);
        using var held = WatchFolder.Hold(folder);
        var audit = new AuditLog(folder, tell);
        var limits = SpoolStatusText.LimitsOf(settings.Spool);
        var spool = SpoolFolder.TryOpen(settings.Spool.Folder.Length > 0 ? settings.Spool.Folder : Path.Combine(folder, "spool"), limits, [RecordingPlace.Warm], out var problem) ?? throw new UserError(ExitCode.BadArgument, problem!);
        if (SpoolKeeping.Recover(spool) is { } left) audit.Add("spool", left, done: false);
        using var keeping = new SpoolKeeping(spool, settings.Warm.Connection.Length + settings.Warm.ConnectionFile.Length > 0, why => audit.Add("spool", why, done: false));
        var watcher = new Watcher(new(settings, folder, spool, keeping, RecordOptions.RedactorOf(settings.Redaction), audit));
        await using var operations = OperationsServer.Start(watcher, folder, settings.Watch.Port, settings.Watch.RequireToken);
        tell($"operations on {operations.Url}");
        using var signals = new StopSignals(duration, watchEnter: false);
        using var stop = new CancellationTokenSource();
        var running = watcher.RunAsync(stop.Token);
        await Task.WhenAny(signals.Stop, running);
        await stop.CancelAsync();
        await running;
        return ExitCode.Ok;
    }
}
