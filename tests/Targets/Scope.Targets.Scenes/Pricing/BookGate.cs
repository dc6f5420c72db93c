// The gate of the order book: hand-made, because a lock was thought too slow.
namespace Scenes.Pricing;

public sealed class BookGate
{
    int _taken;

    public void Enter()
    {
        while (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
        }
    }

    public void Exit() => Volatile.Write(ref _taken, 0);
}

public sealed class OrderBook(BookGate gate)
{
    int _orders;

    public int Place(int order)
    {
        gate.Enter();
        try
        {
            Thread.Sleep(10); // Waits for the journal's acknowledgement.
            return _orders += order % 2;
        }
        finally
        {
            gate.Exit();
        }
    }
}
