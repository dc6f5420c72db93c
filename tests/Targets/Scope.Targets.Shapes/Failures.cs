// Exceptions: thrown, filtered, passed on, replaced on their way, unhandled, and the stack's end.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

static class Failures
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Finally(int number)
    {
        try
        {
            if (number % 3 == 0)
                return number;
            number++;
        }
        finally
        {
            number++;
            s_ran++;
        }
        return number;
    }

    static int s_ran;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int CatchWhen(int number)
    {
        try
        {
            if (number % 3 == 0)
                throw new InvalidOperationException("x" + number);
            return number;
        }
        catch (InvalidOperationException) when (number % 6 == 0)
        {
            return -1;
        }
        finally
        {
            s_ran++;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Rethrow(int number)
    {
        try
        {
            throw new FormatException("again " + number);
        }
        catch (FormatException)
        {
            s_ran++;
            throw;
        }
    }

    /// <summary>An exception on its way out is replaced by another one, which is caught further in.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Replaced(int number)
    {
        try
        {
            Replace();
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
        catch (FormatException)
        {
            return number;
        }
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Replace()
    {
        try
        {
            throw new InvalidOperationException("first");
        }
        finally
        {
            Throw("second");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Throw(string message) => throw new FormatException(message);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Checked(int number) => checked(number + 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Length(string text) => text.Length;

    /// <summary>The methods on the stack of an exception that went through some.</summary>
    public static string Trace(int number)
    {
        try
        {
            Outer(number);
            return "";
        }
        catch (InvalidOperationException thrown)
        {
            return string.Join(" ", thrown.StackTrace!.Split('\n').Select(frame => frame.Trim()["at Scope.Targets.Shapes.".Length..].Split('(')[0]));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Outer(int number) => Inner(number + 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Inner(int number) => throw new InvalidOperationException("inner " + number);

    /// <summary>An exception that nobody catches.</summary>
    public static string Crash()
    {
        new Thread(() => Outer(1)).Start();
        Thread.Sleep(Timeout.Infinite);
        return "";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Overflow(int number) => Overflow(number + 1) + 1;
}
