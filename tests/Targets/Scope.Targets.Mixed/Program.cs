// A small process to record: it throws, allocates, locks, runs tasks and raises events of its own, from several threads, until
// its input ends. What it does has no other sense than to make a stream with a bit of everything in it. With "busy" it does not rest.
using System.Diagnostics.Tracing;

Worker.Rests = !args.Contains("busy");
Console.WriteLine("ready");
var stop = new CancellationTokenSource();
var workers = Enumerable.Range(0, 4).Select(n => new Thread(() => Worker.Run(n, stop.Token))).ToList();
workers.ForEach(w => w.Start());
Console.In.ReadToEnd();
stop.Cancel();
workers.ForEach(w => w.Join());

static class Worker
{
    static readonly object Gate = new();

    public static bool Rests { get; set; }

    public static void Run(int number, CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            using (new ActivityScope()) Round(number, round);
            if (Rests && round % 20 == 0) Thread.Sleep(1);
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
}
