// One case from its start to its score: set the stage, warm up, attach as users do, read findings.json, compare.
using System.Text.RegularExpressions;
using Scope.Testing;

namespace Scope.Diagnose;

/// <summary>Runs cases.</summary>
static partial class CaseRun
{
    const int TriggerAfterSeconds = 6;

    static readonly TimeSpan AfterRecording = TimeSpan.FromSeconds(75); // The report must come in 10; what is later is scored as late, and what never comes is killed.

    /// <summary>Runs a case; a failure of the run itself is a score too.</summary>
    public static async Task<Score> ScoreAsync(Case one, DiagnoseOptions options, CancellationToken stop)
    {
        using var folder = new TemporaryFolder("diagnose");
        string into = options.Keep is null ? folder.Path : Path.Combine(options.Keep, one.Name);
        int seconds = options.Seconds ?? one.Seconds;
        var observed = new Observed();
        try
        {
            if (one.FromStart)
                await RunFromStartAsync(one, seconds, into, observed, stop);
            else
                await AttachAsync(one, seconds, into, observed, stop);
            return Score.Of(one, FindingsIn(into), observed);
        }
        catch (NotPossibleException not)
        {
            return Score.Skipped(one, not.Message);
        }
        catch (Exception failed) when (failed is TimeoutException or InvalidOperationException or IOException or OperationCanceledException or System.Text.Json.JsonException)
        {
            return Score.Broken(one, failed.Message.Split('\n')[0], observed);
        }
    }

    static async Task AttachAsync(Case one, int seconds, string into, Observed observed, CancellationToken stop)
    {
        await using var stage = await Stage.SetAsync(one, []);
        await Task.Delay(TimeSpan.FromSeconds(one.WarmUpSeconds), stop);
        if (!stage.Target.Process.Running)
            throw new InvalidOperationException($"the scene ended before we attached: {stage.Target.Process.Errors}");
        await using var attach = ChildProcess.Start(Recorder, [stage.Target.Id.ToString(), "--duration", TimeSpan.FromSeconds(seconds).ToString("c"), "-o", into]);
        var recording = WatchAsync(attach, one, observed, TimeSpan.FromSeconds(seconds) + AfterRecording, stop);
        if (one.Triggers.Length > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(TriggerAfterSeconds), stop);
            foreach (string trigger in one.Triggers)
                await stage.Load.SendAsync(trigger, 0);
        }
        observed.ExitCode = await recording;
        observed.Counts = stage.Load.Counts;
    }

    static async Task RunFromStartAsync(Case one, int seconds, string into, Observed observed, CancellationToken stop)
    {
        await using var stage = await Stage.SetAsync(one, [Recorder, "run", "--duration", TimeSpan.FromSeconds(seconds).ToString("c"), "-o", into, "--"]);
        await Deadline.UntilAsync("findings.json", () => stop.IsCancellationRequested || (Directory.Exists(into) && Directory.EnumerateFiles(into, "findings.json", SearchOption.AllDirectories).Any()), TimeSpan.FromSeconds(seconds) + AfterRecording);
        observed.Counts = stage.Load.Counts;
        stage.Target.Process.CloseInput();
        observed.ExitCode = (await stage.Target.Process.EndAsync(TimeSpan.FromSeconds(30))).ExitCode;
    }

    // The plain progress lines carry the first live finding, and "Stopping" says when the recording ended.
    static async Task<int> WatchAsync(ChildProcess attach, Case one, Observed observed, TimeSpan within, CancellationToken stop)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        TimeSpan? stopping = null;
        while (attach.Running && !stop.IsCancellationRequested && clock.Elapsed < within)
        {
            string said = attach.Errors;
            if (observed.LiveSeconds is null && LiveFinding().Matches(said).FirstOrDefault(line => one.Causes.Contains(line.Groups["cause"].Value)) is { } live)
                observed.LiveSeconds = 60 * int.Parse(live.Groups["minutes"].Value) + int.Parse(live.Groups["seconds"].Value);
            if (stopping is null && said.Contains("Stopping", StringComparison.Ordinal))
                stopping = clock.Elapsed;
            await Task.Delay(50, CancellationToken.None);
        }
        stop.ThrowIfCancellationRequested();
        var ended = await attach.EndAsync(TimeSpan.FromSeconds(5));
        observed.ReportSeconds = (clock.Elapsed - stopping)?.TotalSeconds;
        observed.Errors = ended.Errors;
        return ended.ExitCode;
    }

    static FindingsFile? FindingsIn(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "findings.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault() is { } file ? FindingsFile.Read(file) : null;

    static string Recorder => Checkout.Program("agent/Scope.Agent", "scope-attach");

    [GeneratedRegex(@"^(?<minutes>\d\d):(?<seconds>\d\d) .* lost; (?<cause>[a-z-]+): ", RegexOptions.Multiline)]
    private static partial Regex LiveFinding();
}

/// <summary>What was seen while a case ran.</summary>
sealed class Observed
{
    /// <summary>When a right cause first led the live findings, in seconds after attach; the progress lines come each five.</summary>
    public double? LiveSeconds { get; set; }

    /// <summary>From the end of the recording to the end of scope-attach, in seconds.</summary>
    public double? ReportSeconds { get; set; }

    /// <summary>The exit code of scope-attach.</summary>
    public int ExitCode { get; set; }

    /// <summary>What it wrote to standard error.</summary>
    public string Errors { get; set; } = "";

    /// <summary>What the load did.</summary>
    public LoadCounts Counts { get; set; } = new(0, 0, 0);
}
