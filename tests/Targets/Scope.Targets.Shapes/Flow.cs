// What the compiler takes apart into types of its own: iterators, lambdas, local functions, async methods.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

static class Flow
{
    static readonly Lock Gate = new();

    public static IEnumerable<int> Count(int to)
    {
        for (int i = 0; i < to; i++)
            yield return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Func<int, int> Adder(int number) => other => number + other;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Factorial(int number)
    {
        return Of(number);

        static int Of(int n) => n < 2 ? 1 : n * Of(n - 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Locked(int number)
    {
        lock (Gate)
            return number + 1;
    }

    public static async Task<int> DelayedAsync(int number)
    {
        string text = "n" + number;
        await Task.Yield();
        int twice = number * 2;
        await Task.CompletedTask;
        return text.Length > 0 ? twice : 0;
    }

    public static async Task FailAsync(int number)
    {
        await Task.Yield();
        throw new InvalidOperationException("late " + number);
    }

    public static async Task<int> SumAsync(int to)
    {
        int sum = 0;
        await foreach (int number in CountAsync(to))
            sum += number;
        return sum;
    }

    static async IAsyncEnumerable<int> CountAsync(int to)
    {
        for (int i = 0; i < to; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }
}
