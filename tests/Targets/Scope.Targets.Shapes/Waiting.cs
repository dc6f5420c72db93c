// A method that is in the middle of a call for as long as it is told to, and threads that come and go.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

static class Waiting
{
    static readonly ManualResetEventSlim Gate = new();
    static Thread? s_thread;

    public static string Start()
    {
        Gate.Reset();
        (s_thread = new Thread(() => Hold(42))).Start();
        return "";
    }

    public static string End()
    {
        Gate.Set();
        s_thread!.Join();
        return "";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Hold(int number)
    {
        Gate.Wait();
        return number;
    }
}

static class Crowd
{
    /// <summary>Starts so many threads, each of which calls a method a hundred times and ends.</summary>
    public static string ComeAndGo(int count)
    {
        for (int started = 0; started < count; started += 10)
        {
            var threads = Enumerable.Range(0, Math.Min(10, count - started)).Select(_ => new Thread(Call, 1 << 18)).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
        }
        return (count * 100).ToString();
    }

    static void Call()
    {
        for (int i = 0; i < 100; i++)
            Plain.Add(i, 1);
    }
}
