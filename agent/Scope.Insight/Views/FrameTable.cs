// What frames of the runtime and of well-known libraries say: what a thread waits for, what the application called, that
// an exception is under way. A blocked thread's top frames are always the runtime's, so without this table every hang
// would be blamed on Monitor or ManualResetEventSlim. Names are those of .NET 6 to 10.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>What a thread waits for.</summary>
internal enum Wait : byte
{
    /// <summary>For nothing that is known.</summary>
    None,
    /// <summary>For work: a pool thread without a work item, an event loop, a timer thread. Healthy.</summary>
    Idle,
    /// <summary>For a lock that another thread holds.</summary>
    Lock,
    /// <summary>For a task to end, synchronously.</summary>
    Task,
    /// <summary>For a semaphore, an event or another signal.</summary>
    Signal,
    /// <summary>For time to pass.</summary>
    Sleep,
    /// <summary>For a file, a socket or a process.</summary>
    Io,
}

/// <summary>What sort of library the application called.</summary>
internal enum Callee : byte
{
    /// <summary>None that matters.</summary>
    None,
    /// <summary>A database driver or mapper.</summary>
    Database,
    /// <summary>An HTTP or gRPC client.</summary>
    Http,
    /// <summary>Making or loading code at run time: expression trees, Reflection.Emit, load contexts, serializers' generators.</summary>
    CodeMaking,
    /// <summary>Regular expressions.</summary>
    Regex,
    /// <summary>Logging.</summary>
    Logging,
    /// <summary>Waiting by spinning: SpinWait, SpinLock, Thread.Yield.</summary>
    Spinning,
    /// <summary>Gathering a whole answer or body in memory: MemoryStream, StringBuilder, serializing to a string.</summary>
    Buffering,
}

/// <summary>What one frame says.</summary>
[Flags]
internal enum FrameMark : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A thread in it stands still; the frames below only say for what.</summary>
    Blocks = 1,
    /// <summary>It is on every stack of a busy pool thread, below its work item.</summary>
    Worker = 2,
    /// <summary>An exception that was thrown elsewhere is passed on to the one who awaited it.</summary>
    Rethrows = 4,
    /// <summary>An exception of an async void method is thrown on a pool thread, since nobody awaits it.</summary>
    FromAsyncVoid = 8,
    /// <summary>A controller's action is called here, through code made at run time into which a small one is inlined.</summary>
    CallsAction = 8,
}

/// <summary>A row of the table, and what it says of a frame.</summary>
internal readonly record struct FrameMeaning(Wait Wait, Callee Callee, FrameMark Marks);

/// <summary>The table.</summary>
internal static class FrameTable
{
    readonly record struct Row(string Type, string Method, FrameMeaning Meaning);

    static Row Blocking(Wait wait, string type, string method = "") => new(type, method, new(wait, Callee.None, FrameMark.Blocks));
    static Row Waiting(Wait wait, string type, string method = "") => new(type, method, new(wait, Callee.None, FrameMark.None));
    static Row Calling(Callee callee, string type, string method = "") => new(type, method, new(Wait.None, callee, FrameMark.None));
    static Row Marked(FrameMark mark, string type, string method = "") => new(type, method, new(Wait.None, Callee.None, mark));

    // The first row whose type and method begin the frame's decides.
    static readonly Row[] Rows =
    [
        Blocking(Wait.Lock, "System.Threading.Monitor", "Enter"),
        Blocking(Wait.Lock, "System.Threading.Monitor", "TryEnter"),
        Blocking(Wait.Lock, "System.Threading.Monitor", "ReliableEnter"),
        Blocking(Wait.Signal, "System.Threading.Monitor", "Wait"),
        Blocking(Wait.Signal, "System.Threading.Monitor", "ObjWait"),
        Blocking(Wait.Lock, "System.Threading.Lock", "Enter"),
        Blocking(Wait.Lock, "System.Threading.Lock", "TryEnter"),
        Waiting(Wait.Lock, "System.Threading.ReaderWriterLock"),
        Waiting(Wait.Task, "System.Threading.Tasks.Task", "Wait"),
        Waiting(Wait.Task, "System.Threading.Tasks.Task", "InternalWait"),
        Waiting(Wait.Task, "System.Threading.Tasks.Task", "SpinThenBlockingWait"),
        Waiting(Wait.Task, "System.Threading.Tasks.Task", "get_Result"),
        Waiting(Wait.Task, "System.Threading.Tasks.Task", "GetResultCore"),
        Waiting(Wait.Task, "System.Runtime.CompilerServices.TaskAwaiter"),
        Waiting(Wait.Task, "System.Runtime.CompilerServices.ValueTaskAwaiter"),
        Waiting(Wait.Task, "System.Runtime.CompilerServices.ConfiguredTaskAwaitable"),
        Waiting(Wait.Task, "System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable"),
        Waiting(Wait.Signal, "System.Threading.SemaphoreSlim", "Wait"),
        Blocking(Wait.Signal, "System.Threading.ManualResetEventSlim", "Wait"),
        Waiting(Wait.Signal, "System.Threading.CountdownEvent", "Wait"),
        Waiting(Wait.Signal, "System.Threading.Barrier"),
        Waiting(Wait.Idle, "System.Collections.Concurrent.BlockingCollection", "TryTake"),
        Blocking(Wait.Signal, "System.Threading.WaitHandle", "Wait"),
        Blocking(Wait.Signal, "System.Threading.WaitHandle", "SignalAndWait"),
        Blocking(Wait.Sleep, "System.Threading.Thread", "Sleep"),
        Blocking(Wait.Sleep, "System.Threading.Thread", "UninterruptibleSleep"),
        Blocking(Wait.Sleep, "System.Threading.Thread", "Join"),
        Blocking(Wait.Idle, "System.Threading.LowLevelLifoSemaphore"),
        // Threads of the runtime's own: what they do besides waiting is little, and a wait inlined into them leaves no frame of its own.
        Blocking(Wait.Idle, "System.Threading.LowLevelSpinWaiter"),
        Blocking(Wait.Idle, "System.Threading.PortableThreadPool+GateThread"),
        Blocking(Wait.Idle, "System.Threading.PortableThreadPool+WaitThread"),
        Blocking(Wait.Idle, "System.Threading.PortableThreadPool+WorkerThread"),
        Blocking(Wait.Idle, "System.Threading.TimerQueue", "TimerThread"),
        Blocking(Wait.Idle, "System.Diagnostics.Tracing.CounterGroup", "PollForValues"),
        Blocking(Wait.Idle, "System.Net.Sockets.SocketAsyncEngine", "EventLoop"),
        Blocking(Wait.Io, "System.Net.Sockets.SocketAsyncContext", "PerformSyncOperation"),
        Waiting(Wait.Io, "System.Net.Sockets.Socket", "Receive"),
        Waiting(Wait.Io, "System.Net.Sockets.NetworkStream", "Read"),
        Waiting(Wait.Io, "System.Diagnostics.Process", "WaitForExit"),
        Blocking(Wait.Idle, "Interop+Sys", "WaitForSocketEvents"),
        Blocking(Wait.Io, "Interop+Sys", "Poll"),
        Blocking(Wait.Io, "Interop+Sys", "Read"),
        Blocking(Wait.Io, "Interop+Sys", "PRead"),
        Blocking(Wait.Io, "Interop+Sys", "FSync"),
        Blocking(Wait.Io, "Interop+Sys", "Wait"),
        Marked(FrameMark.Worker, "System.Threading.ThreadPoolWorkQueue", "Dispatch"),
        Marked(FrameMark.FromAsyncVoid, "System.Threading.Tasks.Task", "<ThrowAsync>"),
        Marked(FrameMark.FromAsyncVoid, "System.Runtime.CompilerServices.AsyncVoidMethodBuilder", "SetException"),
        Marked(FrameMark.Rethrows, "System.Runtime.ExceptionServices.ExceptionDispatchInfo", "Throw"),
        Marked(FrameMark.CallsAction, "Microsoft.AspNetCore.Mvc.Infrastructure.ActionMethodExecutor"),
        Calling(Callee.Database, "Npgsql"),
        Calling(Callee.Database, "Microsoft.EntityFrameworkCore"),
        Calling(Callee.Database, "System.Linq.Queryable"), // What turns a query's expression into its execution, for a mapper below it.
        Calling(Callee.Database, "Microsoft.Data."),
        Calling(Callee.Database, "System.Data."),
        Calling(Callee.Database, "Dapper"),
        Calling(Callee.Database, "MySql"),
        Calling(Callee.Database, "Oracle."),
        Calling(Callee.Database, "MongoDB."),
        Calling(Callee.Database, "StackExchange.Redis"),
        Calling(Callee.CodeMaking, "System.Linq.Expressions"),
        Calling(Callee.CodeMaking, "System.Reflection.Emit"),
        Calling(Callee.CodeMaking, "System.Runtime.Loader"),
        Calling(Callee.CodeMaking, "System.Reflection.Assembly", "Load"),
        Calling(Callee.CodeMaking, "System.Reflection.RuntimeAssembly", "Load"),
        Calling(Callee.CodeMaking, "System.Xml.Serialization"),
        Calling(Callee.CodeMaking, "Microsoft.CodeAnalysis"),
        Calling(Callee.CodeMaking, "Microsoft.CSharp.RuntimeBinder"),
        // Making an expression is parsing and compiling; only what comes after is matching.
        Calling(Callee.CodeMaking, "System.Text.RegularExpressions.Regex", ".ctor"),
        Calling(Callee.CodeMaking, "System.Text.RegularExpressions.RegexParser"),
        Calling(Callee.CodeMaking, "System.Text.RegularExpressions.RegexWriter"),
        Calling(Callee.CodeMaking, "System.Text.RegularExpressions.RegexCompiler"),
        Calling(Callee.CodeMaking, "System.Text.RegularExpressions.RegexLWCGCompiler"),
        Calling(Callee.Regex, "System.Text.RegularExpressions"),
        Calling(Callee.Logging, "Microsoft.Extensions.Logging"),
        Calling(Callee.Logging, "Serilog"),
        Calling(Callee.Logging, "NLog"),
        Calling(Callee.Logging, "log4net"),
        Calling(Callee.Spinning, "System.Threading.SpinWait"),
        Calling(Callee.Spinning, "System.Threading.SpinLock"),
        Calling(Callee.Spinning, "System.Threading.Thread", "SpinWait"),
        Calling(Callee.Spinning, "System.Threading.Thread", "Yield"),
        Calling(Callee.Spinning, "System.Threading.Thread", "LongSpinWait"),
        Calling(Callee.Spinning, "System.Threading.Thread", "<PollGC>"), // What the runtime leaves of SpinWait and Yield, which are instructions of its own.
        Calling(Callee.Buffering, "System.IO.MemoryStream"),
        Calling(Callee.Buffering, "System.Text.StringBuilder"),
        Calling(Callee.Buffering, "System.Text.Json.JsonSerializer", "Serialize"),
        Calling(Callee.Buffering, "Newtonsoft.Json.JsonConvert"),
        Calling(Callee.Buffering, "System.IO.StreamReader", "ReadToEnd"),
        Calling(Callee.Buffering, "System.IO.File", "ReadAll"),
        Calling(Callee.Http, "System.Net.Http"),
        Calling(Callee.Http, "Grpc.Net.Client"),
        Calling(Callee.Http, "RestSharp"),
        Calling(Callee.Http, "Refit"),
    ];

    /// <summary>What a frame says.</summary>
    public static FrameMeaning MeaningOf(MethodInfo method)
    {
        foreach (var row in Rows)
            if (method.Type.StartsWith(row.Type, StringComparison.Ordinal) && method.Name.StartsWith(row.Method, StringComparison.Ordinal)
                && !(row.Meaning.Wait != Wait.None && method.Name.Contains("Async", StringComparison.Ordinal)))
                return row.Meaning;
        return default;
    }

    /// <summary>What the wait is, in a sentence after "waiting for".</summary>
    public static string Text(this Wait wait) => wait switch
    {
        Wait.Lock => "a lock",
        Wait.Task => "a task (.Result, .Wait() or GetAwaiter().GetResult())",
        Wait.Signal => "a semaphore or an event",
        Wait.Sleep => "time to pass (Thread.Sleep)",
        Wait.Io => "a file, a socket or a process",
        Wait.Idle => "work",
        _ => "something unknown",
    };
}
