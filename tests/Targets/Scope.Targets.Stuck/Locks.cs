// Threads that wait for each other and for others, by each sort of lock.
namespace Scope.Targets.Stuck;

/// <summary>Two accounts, two locks, taken in two orders.</summary>
static class Bank
{
    static readonly Account Mine = new(), Yours = new();
    static readonly Barrier BothHoldOne = new(2);

    public static string Deadlock()
    {
        new Thread(() => Transfer(Mine, Yours)) { Name = "transfer there", IsBackground = true }.Start();
        new Thread(() => Transfer(Yours, Mine)) { Name = "transfer back", IsBackground = true }.Start();
        Wait.UntilBlocked("transfer there", "transfer back");
        return $"{typeof(Bank).FullName}.{nameof(Transfer)}";
    }

    static void Transfer(Account from, Account to)
    {
        lock (from)
        {
            BothHoldOne.SignalAndWait();
            lock (to) to.Balance += from.Balance;
        }
    }

    sealed class Account
    {
        public long Balance = 1;
    }
}

/// <summary>One holder and two waiters for each of Lock, SemaphoreSlim and ReaderWriterLockSlim.</summary>
static class Locks
{
    static readonly Lock Gate = new();
    static readonly SemaphoreSlim Tickets = new(1);
    static readonly ReaderWriterLockSlim Catalogue = new();
    static readonly ManualResetEventSlim Never = new(), Held = new();

    public static string Hold()
    {
        Hold("gate holder", () => Gate.Enter());
        Start("gate waiter", () => Gate.Enter());
        Hold("ticket holder", () => Tickets.Wait());
        Start("ticket waiter", () => Tickets.Wait());
        for (var i = 0; i < 3; i++) _ = Tickets.WaitAsync();
        Hold("catalogue holder", () => Catalogue.EnterWriteLock());
        Start("catalogue waiter", () => Catalogue.EnterReadLock());
        Wait.UntilBlocked("gate waiter", "ticket waiter", "catalogue waiter");
        return "Gate Tickets Catalogue";
    }

    static void Hold(string name, Action enter)
    {
        Held.Reset();
        Start(name, () =>
        {
            enter();
            Held.Set();
            Never.Wait();
        });
        Held.Wait();
    }

    static void Start(string name, Action run) => new Thread(() => run()) { Name = name, IsBackground = true }.Start();
}

/// <summary>Many threads that wait for one event.</summary>
static class Crowd
{
    static readonly ManualResetEventSlim Never = new();

    public static string Start(int count)
    {
        for (var i = 0; i < count; i++) new Thread(StandAround, 256 * 1024) { Name = $"crowd {i}", IsBackground = true }.Start();
        return count.ToString();
    }

    static void StandAround() => Never.Wait();
}

/// <summary>Waits until threads of a name wait.</summary>
static class Wait
{
    public static void UntilBlocked(params string[] names)
    {
        // The kernel knows threads by the first 15 characters of their names.
        var wanted = names.Select(n => n[..Math.Min(15, n.Length)]).ToHashSet();
        while (true)
        {
            var asleep = Directory.GetDirectories("/proc/self/task").Count(t =>
            {
                var stat = File.ReadAllText(t + "/stat");
                var name = stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')];
                return wanted.Contains(name) && stat[stat.LastIndexOf(')') + 2] == 'S';
            });
            // A waiter spins a moment before it sleeps; asleep twice in a row is asleep.
            Thread.Sleep(200);
            if (asleep >= names.Length) return;
        }
    }
}
