// Tells a history for a test as it would be told of a service: requests with what happened inside of them, samples of
// threads, collections. Events are put in the order of time and go into a real hot index.
using Scope.Code;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store;
using Scope.Store.Hot;

namespace Scope.Insight.Tests;

/// <summary>A service's story. Times are milliseconds from its beginning.</summary>
sealed class Story
{
    static readonly EventTime Begin = new(1_800_000_000_000_000_000);

    /// <summary>What lies below the work item on every pool thread.</summary>
    public static readonly string[] Worker = ["System.Threading.ThreadPoolWorkQueue::Dispatch", "System.Threading.PortableThreadPool+WorkerThread::WorkerThreadStart"];

    readonly List<ScopeEvent> _events = [];
    readonly List<Snapshot> _snapshots = [];
    readonly ModuleId _application, _framework;
    int _threads = 100;

    public Story(int processors = 2, double startedSecondsBefore = 3600)
    {
        Target = Catalog.Targets.Add(new(4711, "Shop", "dotnet Shop.dll", "10.0.1", "x64", "linux", Begin - Nanos(startedSecondsBefore * 1000), processors, "Shop"));
        _application = Catalog.Modules.Intern(new(Target, 1, "/gone/Shop.dll", false));
        _framework = Catalog.Modules.Intern(new(Target, 2, "/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll", false));
    }

    public Catalog Catalog { get; } = new();

    public TargetId Target { get; }

    /// <summary>A stack of frames "Type::Method", top first, on a pool thread.</summary>
    public StackId Stack(params string[] framesTopFirst) => BareStack([.. framesTopFirst, .. Worker]);

    /// <summary>A stack with nothing below what is given.</summary>
    public StackId BareStack(params string[] framesTopFirst) =>
        Catalog.Stacks.Intern([.. framesTopFirst.Select(Frame)]);

    /// <summary>A stack below which stand methods of real modules, whose IL can be read: frames of names on top, then these, the deepest first.</summary>
    public StackId RealStack(string[] framesTopFirst, params System.Reflection.MethodBase[] methods) =>
        Catalog.Stacks.Intern([.. framesTopFirst.Select(Frame), .. methods.Select(RealFrame), .. Worker.Select(Frame)]);

    CodeNodeId RealFrame(System.Reflection.MethodBase method)
    {
        var module = Catalog.Modules.Intern(new(Target, 3, method.Module.FullyQualifiedName, false));
        return Catalog.CodeNodes.Intern(Target, Catalog.Methods.Intern(new(module, method.MetadataToken, method.DeclaringType!.FullName!, method.Name, "")));
    }

    /// <summary>A thread that has not been used yet.</summary>
    public ThreadId NewThread() => Catalog.Threads.Intern(Target, ++_threads);

    /// <summary>A thread by number.</summary>
    public ThreadId Thread(int number) => Catalog.Threads.Intern(Target, number);

    /// <summary>A request and what happens inside of it.</summary>
    public void Request(string route, double at, double millis, Action<Work>? inside = null, int status = 200, ThreadId thread = default, string action = "")
    {
        var work = new Work(this, Catalog.Spans.New(), Catalog.Flows.New(), thread.IsNone ? Thread(1 + _events.Count % 8) : thread);
        inside?.Invoke(work);
        Add(EventKind.Request, at + millis, e => e with
        {
            Value = Nanos(millis), Name = Catalog.Names.Intern(route), Span = work.Span, Flow = work.Flow, Thread = work.Thread, Detail = (ushort)status,
            Flags = status >= 500 ? EventFlags.Error : EventFlags.None, Payload = PayloadOf("action", action),
        });
    }

    /// <summary>A request that begins and does not end.</summary>
    public void OpenRequest(string path, double at, Action<Work>? inside = null)
    {
        var work = new Work(this, Catalog.Spans.New(), Catalog.Flows.New(), NewThread());
        inside?.Invoke(work);
        Add(EventKind.RequestStart, at, e => e with { Name = Catalog.Names.Intern(path), Span = work.Span, Flow = work.Flow, Thread = work.Thread });
    }

    /// <summary>Requests of a route, evenly over the seconds.</summary>
    public Story Traffic(string route, double perSecond, double seconds, double millis, Action<Work, double>? inside = null, Func<int, int>? status = null, string action = "")
    {
        for (var i = 0; i < perSecond * seconds; i++)
        {
            var at = i * 1000 / perSecond;
            Request(route, at, millis * (0.9 + i % 5 * 0.05), inside is null ? null : work => inside(work, at), status?.Invoke(i) ?? 200, action: action);
        }
        return this;
    }

    /// <summary>Samples of a thread that runs or stands still, each for so many milliseconds.</summary>
    public Story Samples(ThreadId thread, StackId stack, double from, double to, bool running, double each = 10, FlowId flow = default)
    {
        for (var at = from + each; at <= to; at += each)
            Add(EventKind.CpuSample, at, e => e with { Thread = thread, Stack = stack, Flow = flow, Value = Nanos(each), Detail = (ushort)(running ? 2 : 1), Flags = running ? EventFlags.OnCpu : EventFlags.None });
        return this;
    }

    /// <summary>What the OS tells of a thread's CPU time, each half second.</summary>
    public Story Runs(ThreadId thread, double cores, double until)
    {
        for (double at = 500; at <= until; at += 500) Add(EventKind.ThreadTimeSample, at, e => e with { Thread = thread, Value = Nanos(500 * cores) });
        return this;
    }

    /// <summary>A collection with its pause.</summary>
    public Story Collection(double at, double pauseMillis, int generation = 0, string reason = "small object allocation")
    {
        Add(EventKind.GcPause, at + pauseMillis, e => e with { Value = Nanos(pauseMillis), Detail = (ushort)generation, Name = Catalog.Names.Intern("GC") });
        Add(EventKind.GcEnd, at + pauseMillis, e => e with { Value = Nanos(pauseMillis), Detail = (ushort)generation, Name = Catalog.Names.Intern(reason) });
        return this;
    }

    /// <summary>The runtime changes the number of workers.</summary>
    public Story PoolAdjust(double at, int workers, ushort reason)
    {
        Add(EventKind.PoolAdjust, at, e => e with { Value = workers, Detail = reason });
        return this;
    }

    /// <summary>A method is compiled.</summary>
    public Story Compiled(string frame, double at)
    {
        var method = Catalog.CodeNodes.MethodOf(Frame(frame));
        Add(EventKind.MethodCompiled, at, e => e with { Method = method });
        return this;
    }

    /// <summary>A snapshot that was taken at an instant.</summary>
    public Story Snapshot(double at, Snapshot state)
    {
        _snapshots.Add(state with { Number = _snapshots.Count + 1, Pid = 4711, Time = At(at) });
        Add(EventKind.Snapshot, at, e => e with { Detail = (ushort)_snapshots.Count });
        return this;
    }

    /// <summary>A method of the application as a snapshot names it, "Type::Method".</summary>
    public static SnapshotMethod Method(string name) => name.Split("::") is [var type, var method] ? new("/gone/Shop.dll", type.StartsWith("Shop") ? 1ul : 2, 0, type, method) : throw new ArgumentException("methods are Type::Method", nameof(name));

    /// <summary>A metric told every other second.</summary>
    public Story Metric(string name, double seconds, Func<double, double> value)
    {
        for (var at = 2.0; at <= seconds; at += 2) Metric(name, at, value(at));
        return this;
    }

    void Metric(string name, double second, double value) =>
        Add(EventKind.Metric, second * 1000, e => e with { Name = Catalog.Names.Intern(name), Value = (long)(value * 1000), Detail = 1 });

    /// <summary>Any event.</summary>
    public void Add(EventKind kind, double atMillis, Func<ScopeEvent, ScopeEvent> fill) =>
        _events.Add(fill(new ScopeEvent { Kind = kind, Time = At(atMillis), Target = Target }));

    public static EventTime At(double millis) => Begin + Nanos(millis);

    public static long Nanos(double millis) => (long)(millis * 1e6);

    /// <summary>The story as a history.</summary>
    public IHistory Told()
    {
        var index = new HotIndex(Catalog, new Ledger());
        foreach (var e in _events.OrderBy(e => e.Time)) index.Append(e);
        foreach (var snapshot in _snapshots) index.Add(snapshot);
        return index;
    }

    /// <summary>What the diagnosis says of it.</summary>
    public IReadOnlyList<Finding> Diagnosed()
    {
        using var diagnostician = new Diagnostician(new CodeFiles(new TargetFiles(_ => "")));
        return diagnostician.Run(Told()).Findings;
    }

    PayloadId PayloadOf(string key, string text)
    {
        if (text.Length == 0) return default;
        var writer = new PayloadWriter(new byte[256]);
        writer.Add(Catalog.Names.Intern(key), text);
        return Catalog.Payloads.Add(writer.Written);
    }

    /// <summary>A method that the runtime has told of, whether or not a stack shows it.</summary>
    public void Told(string frame) => Frame(frame);

    CodeNodeId Frame(string frame)
    {
        var (type, method) = frame.Split("::") is [var t, var m] ? (t, m) : throw new ArgumentException("frames are Type::Method", nameof(frame));
        var module = type.StartsWith("Shop") || type.StartsWith("Program") ? _application : type.StartsWith("dynamicClass") || type.StartsWith("Npgsql") ? default : _framework;
        return Catalog.CodeNodes.Intern(Target, Catalog.Methods.Intern(new(module, module.IsNone ? 0 : 0x06000001, type, method, "")));
    }
}

/// <summary>What happens inside of a request.</summary>
sealed class Work(Story story, SpanId span, FlowId flow, ThreadId thread)
{
    public SpanId Span => span;

    public FlowId Flow => flow;

    public ThreadId Thread => thread;

    public void Sql(string statement, double at, double millis) => Child(EventKind.Sql, statement, at, millis);

    public void Call(string host, double at, double millis, int status = 200) => Child(EventKind.ClientCall, host, at, millis, status);

    public void Step(string activity, double at, double millis) => Child(EventKind.Activity, activity, at, millis);

    /// <summary>A connection is set up with a handshake, whose activity ends when its first message has been sent.</summary>
    public void Connects(string host, double at, double millis)
    {
        var connection = story.Catalog.Spans.New();
        foreach (var (name, own, under, from, length) in new[] { ("TLS client handshake " + host, story.Catalog.Spans.New(), connection, at + 1, 0.02), ("HTTP connection_setup " + host, connection, span, at, millis) })
            story.Add(EventKind.Activity, from + length, e => e with { Name = story.Catalog.Names.Intern(name), Span = own, Parent = under, Flow = flow, Thread = thread, Value = Story.Nanos(length) });
    }

    /// <summary>A call that has not ended when the story does: its end is made up, without what only a real one would tell.</summary>
    public void Unended(EventKind kind, string name, double at, double end) =>
        story.Add(kind, end, e => e with { Name = story.Catalog.Names.Intern(name), Span = story.Catalog.Spans.New(), Parent = span, Flow = flow, Thread = thread, Value = Story.Nanos(end - at), Flags = EventFlags.Partial });

    public void Running(StackId stack, double from, double to, double each = 10) => story.Samples(thread, stack, from, to, true, each, flow);

    public void Standing(StackId stack, double from, double to, double each = 10) => story.Samples(thread, stack, from, to, false, each, flow);

    public void Throws(string type, StackId stack, double at) =>
        story.Add(EventKind.ExceptionThrown, at, e => e with { Name = story.Catalog.Names.Intern(type), Stack = stack, Flow = flow, Span = span, Thread = thread });

    public void Catches(string method, double at)
    {
        var catcher = story.Catalog.CodeNodes.MethodOf(story.Catalog.Stacks.Frames(story.BareStack(method)).First());
        story.Add(EventKind.ExceptionCaught, at, e => e with { Method = catcher, Flow = flow, Span = span, Thread = thread });
    }

    public void Allocates(string type, StackId stack, double at, long bytes, bool large = false) =>
        story.Add(EventKind.Allocation, at, e => e with { Name = story.Catalog.Names.Intern(type), Stack = stack, Flow = flow, Span = span, Thread = thread, Value = bytes, Detail = (ushort)(large ? 1 : 0) });

    public void WaitsForLock(string held, ThreadId owner, StackId stack, double at, double millis) =>
        story.Add(EventKind.Contention, at + millis, e => e with
        {
            Name = story.Catalog.Names.Intern(held), Stack = stack, Flow = flow, Span = span, Thread = thread, Value = Story.Nanos(millis), Related = RelatedId.Of(owner),
        });

    void Child(EventKind kind, string name, double at, double millis, int status = 0) => story.Add(kind, at + millis, e => e with
    {
        Name = story.Catalog.Names.Intern(name), Span = story.Catalog.Spans.New(), Parent = span, Flow = flow, Thread = thread, Value = Story.Nanos(millis), Detail = (ushort)status,
    });
}
