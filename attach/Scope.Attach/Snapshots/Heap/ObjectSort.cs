// The sorts of objects that a snapshot looks at one by one, told by their types. A new analysis of objects is a row here.
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Heap;

/// <summary>A sort of objects.</summary>
enum ObjectSort : byte
{
    None,
    AsyncBox,
    Timer,
    Thread,
    Exception,
    CompletionSource,
    ContextContinuation,
    Semaphore,
    LoadContext,
    HttpClient,
    HttpHandler,
    DbConnection,
    DbConnectionPool,
    MemoryCache,
    CancellationSource,
    Socket,
    FileStream,
    ManyHandlers,
}

/// <summary>The table of sorts.</summary>
static class ObjectSorts
{
    /// <summary>One row: types whose name begins so, or that come from a type of this name.</summary>
    readonly record struct Row(ObjectSort Sort, string Name, bool AndDerived = false);

    static readonly Row[] Rows =
    [
        new(ObjectSort.Timer, "System.Threading.TimerQueueTimer"),
        new(ObjectSort.Thread, "System.Threading.Thread"),
        new(ObjectSort.CompletionSource, "System.Threading.Tasks.TaskCompletionSource", AndDerived: true),
        new(ObjectSort.ContextContinuation, "System.Threading.Tasks.SynchronizationContextAwaitTaskContinuation"),
        new(ObjectSort.Semaphore, "System.Threading.SemaphoreSlim"),
        new(ObjectSort.LoadContext, "System.Runtime.Loader.AssemblyLoadContext", AndDerived: true),
        new(ObjectSort.HttpClient, "System.Net.Http.HttpClient"),
        new(ObjectSort.HttpHandler, "System.Net.Http.SocketsHttpHandler"),
        new(ObjectSort.DbConnection, "System.Data.Common.DbConnection", AndDerived: true),
        new(ObjectSort.DbConnectionPool, "Npgsql.PoolingDataSource", AndDerived: true),
        new(ObjectSort.DbConnectionPool, "Microsoft.Data.SqlClient.ConnectionPool.WaitHandleDbConnectionPool"),
        new(ObjectSort.DbConnectionPool, "Microsoft.Data.ProviderBase.DbConnectionPool"),
        new(ObjectSort.DbConnectionPool, "MySqlConnector.Core.ConnectionPool"),
        new(ObjectSort.MemoryCache, "Microsoft.Extensions.Caching.Memory.MemoryCache"),
        new(ObjectSort.MemoryCache, "System.Runtime.Caching.MemoryCache"),
        new(ObjectSort.CancellationSource, "System.Threading.CancellationTokenSource", AndDerived: true),
        new(ObjectSort.Socket, "System.Net.Sockets.Socket"),
        new(ObjectSort.FileStream, "System.IO.FileStream"),
    ];

    // Generic arguments may name any type, so a name is compared as a whole, or up to them.
    /// <summary>The sort of a type's objects; none for most.</summary>
    public static ObjectSort Of(ClrType type)
    {
        if (type.IsException) return ObjectSort.Exception;
        if (type.IsArray || type.IsString || type.IsFree || type.Name is not { } name) return ObjectSort.None;
        if (name.Contains("StateMachineBox", StringComparison.Ordinal) && name.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)) return ObjectSort.AsyncBox;
        foreach (var row in Rows)
            if (Is(name, row.Name) || (row.AndDerived && Bases(type).Any(b => Is(b, row.Name)))) return row.Sort;
        return ObjectSort.None;
    }

    static bool Is(string name, string wanted) => name.StartsWith(wanted, StringComparison.Ordinal) && (name.Length == wanted.Length || name[wanted.Length] is '<' or '`');

    static IEnumerable<string> Bases(ClrType type)
    {
        for (var at = type.BaseType; at is not null; at = at.BaseType)
            if (at.Name is { } name) yield return name;
    }
}
