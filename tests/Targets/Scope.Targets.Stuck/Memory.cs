// Memory that is kept: by handlers of an event, a cache, timers, a blocked finalizer; and a heap of a given size.
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace Scope.Targets.Stuck;

/// <summary>A publisher that lives for ever, and subscribers that never unsubscribe.</summary>
sealed class Prices
{
    static readonly Prices Feed = new();

    event EventHandler? Changed;

    public static string Subscribe(int count)
    {
        for (var i = 0; i < count; i++) Feed.Changed += new PriceView().OnChanged;
        GC.KeepAlive(Feed.Changed);
        return $"{typeof(Prices).FullName}.{nameof(Changed)}";
    }
}

sealed class PriceView
{
    readonly byte[] _pixels = new byte[2000];

    public void OnChanged(object? sender, EventArgs e) => GC.KeepAlive(_pixels);
}

/// <summary>A cache that nobody empties.</summary>
static class OrderCache
{
    static readonly ConcurrentDictionary<int, Order> Orders = new();

    public static string Fill(int count)
    {
        for (var i = 0; i < count; i++) Orders[i] = new(i, new string('x', 500 + i % 10));
        return $"{typeof(OrderCache).FullName}.{nameof(Orders)}";
    }
}

sealed record Order(int Id, string Text);

/// <summary>A finalizer that waits for ever, and objects behind it.</summary>
sealed class SlowHandle
{
    static readonly ManualResetEventSlim Never = new();

    public static string Block(int behind)
    {
        Make(1);
        Collect();
        Thread.Sleep(300);
        Make(behind);
        Collect();
        return $"{typeof(SlowHandle).FullName}";

        static void Collect()
        {
            GC.Collect();
            GC.Collect();
        }
    }

    // A method of its own, so that no local of a caller keeps them.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    static void Make(int count)
    {
        for (var i = 0; i < count; i++) _ = new SlowHandle();
    }

    ~SlowHandle() => Never.Wait();
}

/// <summary>Timers that are started and never stopped.</summary>
static class Poller
{
    static readonly List<Timer> All = [];

    public static string Start(int count)
    {
        for (var i = 0; i < count; i++) All.Add(new Timer(Poll, new object(), 60_000, 60_000));
        return $"{typeof(Poller).FullName}.{nameof(Poll)}";
    }

    static void Poll(object? state) => GC.KeepAlive(state);
}

/// <summary>A heap of many small objects.</summary>
static class Ballast
{
    static readonly List<Leaf[]> All = [];

    public static string Fill(int megabytes)
    {
        for (var i = 0; i < megabytes; i++)
        {
            // 24 bytes an object and 8 a place in the array.
            var leaves = new Leaf[(1 << 20) / 32];
            for (var n = 0; n < leaves.Length; n++) leaves[n] = new() { Value = n };
            All.Add(leaves);
        }
        GC.Collect();
        return megabytes.ToString();
    }

    /// <summary>Two threads that allocate without end, so that collections are frequent.</summary>
    public static string Churn()
    {
        for (var i = 0; i < 2; i++)
            new Thread(() =>
            {
                var kept = new object[100_000];
                for (var n = 0; ; n++) kept[n % kept.Length] = new byte[200];
            }) { IsBackground = true, Name = "churn" }.Start();
        return "ok";
    }
}

sealed class Leaf
{
    public long Value;
}

/// <summary>Load contexts that are never unloaded, each with the same assembly.</summary>
static class Plugins
{
    static readonly List<AssemblyLoadContext> All = [];

    public static string Load(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var context = new AssemblyLoadContext($"plugin {i}", isCollectible: true);
            context.LoadFromAssemblyPath(Assembly.GetExecutingAssembly().Location);
            All.Add(context);
        }
        return count.ToString();
    }
}

/// <summary>Exceptions that somebody keeps.</summary>
static class Failures
{
    static readonly List<Exception> Kept = [];

    public static string Keep(int count)
    {
        for (var i = 0; i < count; i++)
        {
            try
            {
                Fail();
            }
            catch (InvalidOperationException e)
            {
                Kept.Add(e);
            }
        }
        return $"{typeof(Failures).FullName}.{nameof(Fail)}";
    }

    static void Fail() => throw new InvalidOperationException("planned");
}
