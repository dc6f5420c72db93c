// Loops that only wait, by their IL: an instruction of the processor leaves no frame, so a thread that spins looks like one
// that computes. A loop with a hint to the processor or the scheduler in it waits by its author's own word; one that does
// nothing but compare and exchange waits as well.
using Scope.Code;
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Finds loops that wait.</summary>
internal static class SpinLoops
{
    const int LargestLoop = 96; // Bytes of IL: a loop that waits asks, hints and turns round; one that works in between is longer.
    const int Inlined = 128; // Larger methods the runtime does not inline, unless it is told to.

    static readonly (string Type, string Name)[] Hints = [("System.Threading.Thread", "SpinWait"), ("System.Threading.Thread", "Yield"), ("System.Threading.SpinWait", "SpinOnce"), ("System.Threading.SpinLock", "Enter")];

    /// <summary>The method that spins, with how it was found: the hot one, or one that it calls and that may be inlined into it; none when neither does.</summary>
    public static (MethodId Method, string How) In(Investigation at, MethodId hot)
    {
        if (at.Code.BodiesOf(hot).Any(Spins)) return (hot, "the method that is hot by itself, in whose IL a short loop does nothing but wait");
        var inner = at.Code.BodiesOf(hot).SelectMany(body => body.Calls).SelectMany(call => at.Code.TargetsOf(call)).Distinct()
            .Where(called => at.Code.BodiesOf(called).Any(body => body.Size <= Inlined && Spins(body))).Take(2).ToList();
        return inner.Count == 1 ? (at.Stacks.AsWritten(inner[0]), $"{at.NameOf(hot)} is hot by itself and calls it; in its IL a short loop does nothing but wait, and the runtime inlines so small a method") : default;
    }

    static bool Spins(IlBody body) => body.Loops.Any(loop => loop.Size <= LargestLoop && IsWait([.. body.Calls.Where(call => loop.Holds(call))]));

    static bool IsWait(IReadOnlyList<IlCall> inside) => inside.Any(IsHint) || inside.Any(IsExchange) && inside.All(call => IsExchange(call) || IsRead(call));

    static bool IsHint(IlCall call) => Hints.Contains((call.Type, call.Name)) || call is { Type: "System.Threading.Thread", Name: "Sleep", AfterZero: true };

    static bool IsExchange(IlCall call) => call is { Type: "System.Threading.Interlocked", Name: "CompareExchange" or "Exchange" };

    static bool IsRead(IlCall call) => call is { Type: "System.Threading.Volatile", Name: "Read" };
}
