// Methods over numbers and texts, with the branches that compilers make.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

static class Plain
{
    public static int Nothings;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Add(int left, int right) => left + right;

    public static int AddInlined(int left, int right) => left + right;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Greet(string who, int number, bool yes) => yes ? who + number : "no";

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Scale(double factor, float by) => factor * by;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Mixed(sbyte a, byte b, short c, ushort d, int e, uint f, long g, ulong h, char i, bool j) => a + b + c + d + e + f + g + (long)h + i + (j ? 1 : 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Nothing() => Nothings++;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Switch(int number)
    {
        switch (number)
        {
            case 0: return "zero";
            case 1: return "one";
            case 2:
                for (int i = 0; i < 10; i++)
                    if (i > 3)
                        return "other";
                break;
            case 3: return "three";
            case 5: return "five";
        }
        return "other";
    }

    /// <summary>So long that short branches over it do not reach once it is rewritten.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Long(int number)
    {
        int sum = 0;
        for (int i = 0; i <= number; i++)
        {
            if (i == 0) continue;
            if (i % 2 == 0 && sum > 1) { sum += i; sum += i; sum += i; }
            else if (i % 3 == 0 && sum > 1) { sum += i; sum += 2 * i; }
            else if (i % 5 == 0 && sum > 1) { sum += 2 * i; sum += i; }
            else sum += 3 * i;
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Fibonacci(int number) => number < 2 ? number : Fibonacci(number - 1) + Fibonacci(number - 2);

    /// <summary>A branch in the middle of an expression: at its lines the evaluation stack is not empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Choose(int number, string even, string odd) => string.Concat(
        number % 2 == 0
            ? even
            : odd,
        number.ToString());
}
