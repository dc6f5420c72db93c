// The wall clock is set an hour forward and two hours back while a process is recorded. Setting the machine's own would hit all
// that runs on it, so the recorder runs in this process, on a real target, and reads the wall clock from one that can be set;
// its ticks are the machine's. A machine that sleeps looks the same: its wall clock jumps, its ticks do not. A watch then begins
// its next recording by the new time. Last, a target in a time namespace of its own, whose ticks are an hour ahead of ours.
using Scope.Agent.Configuration;
using Scope.Agent.Watch;
using Scope.Attach.Processes;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Events.Redaction;
using Scope.Store;
using Scope.Store.Recordings;
using Scope.Store.Spool;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class SteppedClock
{
    const int Few = 1, Many = 20;
    const double MostMovedPercent = 20; // On a busy machine a source is late now and then; one that has the wrong hour is late for good.
    const long MostApartNanos = 30_000_000_000; // From the first event to the last: what a busy machine may take.

    static readonly TimeSpan Between = TimeSpan.FromSeconds(1.5);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        List<BenchmarkRow> rows = [];
        var rounds = 0;
        await using var target = await Hostile.StartAsync();
        for (; run.Goes(rounds, Few, Many); rounds++)
        {
            rows = await OnceAsync(target);
            if (rows.Any(r => r.Reached == false)) break;
        }
        return [Measures.Figure("times that the clock was set forward and back", rounds), .. rows, .. (await Task.WhenAll(WatchedAsync(target), OtherTicksAsync())).SelectMany(more => more)];
    }

    static async Task<List<BenchmarkRow>> OnceAsync(ChildProcess target)
    {
        using var folder = new TemporaryFolder("clock");
        var machine = new SettableClock();
        await using var recorder = await OwnRecorder.StartAsync(target.Id, folder, machine);
        foreach (var hours in (int[])[1, -1, 0])
        {
            await Hostile.AskAsync(target, "burst 1000");
            await Task.Delay(Between);
            machine.Ahead = TimeSpan.FromHours(hours);
        }
        await Hostile.AskAsync(target, "burst 1000");
        await Task.Delay(Between);
        await recorder.StopAsync();
        var recording = RecordingReader.Open(recorder.Folder);
        var ledger = recording.Ledger.Losses.ToLookup(l => l.Source, l => l.Count);
        return
        [
            Measures.Some("events recorded", recording.Count),
            Measures.AtMost("seconds from the first to the last", (recording.Last - recording.First) / 1e9, MostApartNanos / 1e9, "s"),
            Measures.None("earlier than the one before them", OutOfOrder(recording)),
            Measures.AtMost("of them moved to keep the order", 100.0 * ledger[LossSource.Order].Sum() / recording.Count, MostMovedPercent, "%"),
            BenchmarkRow.Alone("jumps that the ledger tells", "3", ledger[LossSource.Clock].Sum(), "", ledger[LossSource.Clock].Sum() == 3),
            Measures.None("changes of pressure, as of a recorder that is an hour behind", recording.CountOf(new() { Kinds = KindSet.Of(EventKind.PressureChanged) })),
        ];
    }

    static async Task<IReadOnlyList<BenchmarkRow>> WatchedAsync(ChildProcess target)
    {
        using var folder = new TemporaryFolder("watch");
        var machine = new SettableClock();
        var settings = SettingValues.Load(new([], null, new Dictionary<string, string>(), []), out _)!.Settings;
        var spool = SpoolFolder.TryOpen(folder["spool"], new(long.MaxValue), [], out _)!;
        using var keeping = new Agent.SpoolKeeping(spool, isShipped: false, _ => { });
        var context = new WatchContext(settings, folder.Path, spool, keeping, Redactor.BuiltIn, new AuditLog(folder.Path, _ => { })) { Machine = machine };
        await using var watched = (await WatchedTarget.AttachAsync(context, ProcessList.Read(target.Id)!, new("clock", new(), "light"), CancellationToken.None)).Value;
        using var stop = new CancellationTokenSource();
        var (first, running) = (watched.Recorder, watched.RunAsync(stop.Token));
        machine.Ahead = TimeSpan.FromHours(1);
        await Measures.SettleAsync(() => watched.Recorder != first, Deadline.Usual);
        var apart = EventTime.From(machine.GetUtcNow().UtcDateTime) - watched.Recorder.Started;
        await stop.CancelAsync();
        await running;
        return [Measures.AtMost("from the beginning of the watch's next recording to the new time", apart / 1e9, MostApartNanos / 1e9, "s")];
    }

    static async Task<IReadOnlyList<BenchmarkRow>> OtherTicksAsync()
    {
        string[] command = ["--time", "--monotonic", "3600"];
        if ((await ChildProcess.RunAsync("unshare", [.. command, "true"])).ExitCode != 0) return [Measures.Figure("time namespaces, which only root can make: not tried", 0)];
        using var folder = new TemporaryFolder("ticks");
        await using var target = ChildProcess.Start("unshare", [.. command, Hostile.Program]);
        await target.LineAsync("ready");
        var from = EventTime.Now;
        await using var recorder = await OwnRecorder.StartAsync(target.Id, folder);
        await Hostile.AskAsync(target, "burst 1000");
        await Task.Delay(Between);
        await recorder.StopAsync();
        var to = EventTime.Now;
        var recording = RecordingReader.Open(recorder.Folder);
        var own = new EventQuery { Kinds = KindSet.Of(EventKind.ExceptionThrown) };
        return [Measures.Some("exceptions of a target whose ticks are an hour ahead", recording.CountOf(own)), Measures.All("  of these at the time that it was here", recording.CountOf(own with { From = from, To = to }), recording.CountOf(own))];
    }

    static long OutOfOrder(IHistory history)
    {
        var (last, wrong) = (EventTime.Min, 0L);
        history.Visit(EventQuery.All, (EventId _, in ScopeEvent e) =>
        {
            if (e.Time < last) wrong++;
            last = e.Time;
            return true;
        });
        return wrong;
    }

    /// <summary>The machine's clocks, the wall clock set by some time.</summary>
    sealed class SettableClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
