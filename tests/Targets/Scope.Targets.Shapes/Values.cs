// Structs, references into things, spans, pointers: what does not travel as one word.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

record struct Big(long A, long B, long C, long D);

readonly ref struct Cursor(ReadOnlySpan<char> text)
{
    readonly ReadOnlySpan<char> _text = text;

    public int Rest => _text.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public Cursor Advance() => new(_text[1..]);
}

struct Counter
{
    public int Value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(int number) => Value += number;
}

static unsafe class Values
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Big MakeBig(int n) => new(n, n + 1, n + 2, n + 3);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Sum(Big big) => big.A + big.B + big.C + big.D;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long SumIn(in Big big) => big.A + big.B + big.C + big.D;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TrySplit(int number, out int half, out string text)
    {
        half = number / 2;
        text = "half";
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Double(ref int number) => number *= 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref int Cell(int[] cells, int at) => ref cells[at];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref readonly int First(int[] cells) => ref cells[0];

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ReadOnlySpan<char> Tail(string text, int from) => text.AsSpan(from);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int SumOf(Span<int> numbers)
    {
        int sum = 0;
        foreach (int number in numbers)
            sum += number;
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int? Half(int? number) => number / 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static decimal Price(int number) => number * 1.5m;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (int, string) Pair(int number) => (number, number.ToString());

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Pinned(int[] numbers)
    {
        int sum = 0;
        fixed (int* at = numbers)
            for (int i = 0; i < numbers.Length; i++)
                sum += at[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int OnStack(int count)
    {
        int* numbers = stackalloc int[count + 1];
        int sum = 0;
        for (int i = 0; i <= count; i++)
            numbers[i] = i;
        for (int i = 0; i <= count; i++)
            sum += numbers[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Typed(int number) => Read(__makeref(number));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Read(TypedReference reference) => __refvalue(reference, int);
}
