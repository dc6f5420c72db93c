// Shows a recording while it runs: a screen in a terminal, a line each five seconds where there is none.
using Scope.Events;
using Spectre.Console;

namespace Scope.Agent.Live;

static class LiveScreen
{
    static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(5);

    /// <summary>Shows until the recording is to end or has ended by itself.</summary>
    public static Task ShowAsync(Recorder recorder, Task stop, TimeSpan? duration, TimeSpan refresh, bool quiet)
    {
        var end = Task.WhenAny(stop, recorder.Ended);
        if (quiet) return end;
        var pulse = new LivePulse(recorder, duration);
        return Console.IsOutputRedirected || Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" ? PlainAsync(pulse, end) : ScreenAsync(pulse, end, refresh);
    }

    static async Task ScreenAsync(LivePulse pulse, Task end, TimeSpan refresh)
    {
        var console = AnsiConsole.Console;
        await console.Live(new Text("")).AutoClear(true).StartAsync(async screen =>
        {
            while (!end.IsCompleted)
            {
                var (figures, status) = pulse.Take();
                screen.UpdateTarget(LiveView.Draw(figures, status, Math.Max(60, console.Profile.Width), Math.Max(20, console.Profile.Height)));
                await Task.WhenAny(end, Task.Delay(refresh));
            }
        });
    }

    // To the standard error, so that what a script reads from the output is the result only.
    static async Task PlainAsync(LivePulse pulse, Task end)
    {
        while (true)
        {
            await Task.WhenAny(end, Task.Delay(PlainEvery));
            if (end.IsCompleted) return;
            var (f, s) = pulse.Take();
            var findings = s.Diagnosis is { Findings.Count: > 0 } d ? $"; {d.Findings[0].Cause}: {d.Findings[0].Culprit}" : "";
            Console.Error.WriteLine($"{s.Elapsed:mm\\:ss}  {f.RequestsPerSecond:N0} requests/s, p99 {TimeText.Show(f.P99Nanos)}, {f.ErrorsPerSecond:N1} errors/s, CPU {s.TargetCpuCores:P0}; {s.Ledger.Captured:N0} taken in, {s.Ledger.Lost:N0} lost{findings}{(s.Missing is { } missing ? $"; {missing}" : "")}{(s.Warm is { } warm ? $"; {warm}" : "")}");
        }
    }
}
