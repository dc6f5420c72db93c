// A small process to record: it throws, allocates, locks, runs tasks and raises events of its own, from several threads, until
// its input ends. What it does has no other sense than to make a stream with a bit of everything in it. With "busy" it does not
// rest; with "paced N" it does N rounds a second, each of which also says what time it is.
using System.Diagnostics;
using System.Diagnostics.Tracing;

Worker.Rests = !args.Contains("busy");
Worker.RoundsASecond = args is ["paced", var rounds] ? int.Parse(rounds) : 0;
Console.WriteLine("ready");
var stop = new CancellationTokenSource();
var workers = Enumerable.Range(0, Worker.Count).Select(n => new Thread(() => Worker.Run(n, stop.Token))).ToList();
workers.ForEach(w => w.Start());
Console.In.ReadToEnd();
stop.Cancel();
workers.ForEach(w => w.Join());

static class Worker
{
    public const int Count = 4;

    static readonly object Gate = new();

    public static bool Rests { get; set; }

    public static int RoundsASecond { get; set; }

    public static void Run(int number, CancellationToken stop)
    {
        if (RoundsASecond > 0) RunPaced(number, stop);
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            using (new ActivityScope()) Round(number, round);
            if (Rests && round % 20 == 0) Thread.Sleep(1);
        }
    }

    static void RunPaced(int number, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            while (round * (double)Count / RoundsASecond > Stopwatch.GetElapsedTime(begun).TotalSeconds) Thread.Sleep(1);
            TargetEvents.Log.At((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);
            using (new ActivityScope()) Round(number, round);
        }
    }

    static void Round(int number, int round)
    {
        TargetEvents.Log.Round(number, round, "round");
        TargetEvents.Log.Pairs(round, [1, 2, 3]);
        var keep = new byte[2000 + round % 100];
        lock (Gate) if (round % 50 == 0) Thread.SpinWait(20000);
        if (round % 5 == 0) Throw(keep.Length % 7);
        if (round % 10 == 0) Task.Run(() => TargetEvents.Log.Round(number, round, "task")).Wait();
        if (round % 500 == 0) GC.Collect(0);
    }

    static void Throw(int depth)
    {
        try
        {
            if (depth > 0) Throw(depth - 1); else throw new InvalidOperationException("planted");
        }
        catch (InvalidOperationException)
        {
            // Thrown to be seen.
        }
    }

    sealed class ActivityScope : IDisposable
    {
        readonly Guid _before;

        public ActivityScope()
        {
            EventSource.SetCurrentThreadActivityId(Guid.NewGuid(), out _before);
        }

        public void Dispose() => EventSource.SetCurrentThreadActivityId(_before);
    }
}

[EventSource(Name = "Scope-Targets-Mixed")]
sealed class TargetEvents : EventSource
{
    public static readonly TargetEvents Log = new();

    TargetEvents() : base(EventSourceSettings.EtwSelfDescribingEventFormat) { }

    [Event(1, Level = EventLevel.Informational)]
    public void Round(int worker, int round, string what) => WriteEvent(1, worker, round, what);

    [Event(2, Level = EventLevel.Verbose)]
    public void Pairs(int round, int[] numbers) => WriteEvent(2, round, numbers);

    [Event(3, Level = EventLevel.Informational)]
    public void At(long unixNanos) => WriteEvent(3, unixNanos);
}
