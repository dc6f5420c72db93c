// Generic types and methods over references and values, virtual and interface methods, constructors and finalizers.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

sealed class Box<T>(T value)
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public T Get(int number) => number < 0 ? throw new ArgumentOutOfRangeException(nameof(number)) : value;
}

static class Generic
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Same<T>(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static T Total<T>(T[] numbers) where T : INumber<T>
    {
        var total = T.Zero;
        foreach (var number in numbers)
            total += number;
        return total;
    }
}

interface INamed
{
    string Name(int number);

    string Title() => "title of " + Name(1);
}

class Base : INamed
{
    public virtual string Name(int number) => "base" + number;

    public virtual string Describe<T>(T value) => "base " + typeof(T).Name;
}

sealed class Derived : Base
{
    public override string Name(int number) => "derived" + number;

    public override string Describe<T>(T value) => "derived " + typeof(T).Name;
}

class Parent
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Parent(int number) => Number = number;

    public int Number { get; }
}

class Child : Parent
{
    public static int Finalized;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public Child(int number) : base(number < 0 ? throw new ArgumentOutOfRangeException(nameof(number)) : number) => Doubled = 2 * number;

    ~Child() => Interlocked.Increment(ref Finalized);

    public int Doubled { get; }
}
