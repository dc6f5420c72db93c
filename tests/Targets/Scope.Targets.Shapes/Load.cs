// Threads that run all checks over and over, and count what went wrong.
namespace Scope.Targets.Shapes;

sealed class Load
{
    readonly List<Thread> _threads = [];
    volatile bool _stop;
    long _done, _wrong;
    string _first = "";

    public string Start(int threads)
    {
        (_stop, _done, _wrong, _first) = (false, 0, 0, "");
        for (int i = 0; i < threads; i++)
        {
            int seed = i * 1000;
            var thread = new Thread(() => Run(seed), 1 << 20) { IsBackground = true };
            thread.Start();
            _threads.Add(thread);
        }
        return "";
    }

    public string Stop()
    {
        _stop = true;
        foreach (var thread in _threads)
            thread.Join();
        _threads.Clear();
        return $"{Interlocked.Read(ref _done)} {Interlocked.Read(ref _wrong)} {_first}";
    }

    void Run(int number)
    {
        while (!_stop)
        {
            number++;
            foreach (var (name, check) in Checks.All)
                if (!Holds(check, number))
                {
                    Interlocked.Increment(ref _wrong);
                    _first = $"{name}({number})";
                }
            Interlocked.Increment(ref _done);
            if (number % 64 == 0)
                GC.Collect(number / 64 % 3, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }

    static bool Holds(Func<int, bool> check, int number)
    {
        try
        {
            return check(number);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
