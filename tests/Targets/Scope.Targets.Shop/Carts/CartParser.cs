// Carts come as lines "product;quantity" from a till that leaves quantities empty or writes "n/a".
using System.Runtime.CompilerServices;
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Carts;

/// <summary>A line of a cart.</summary>
public sealed record CartLine(string Product, int Quantity);

/// <summary>Reads carts.</summary>
public sealed class CartParser(FaultSwitches faults, TruthLog truth)
{
    /// <summary>The lines of a cart; what has no quantity counts as one piece.</summary>
    public List<CartLine> Parse(string text)
    {
        var lines = new List<CartLine>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(';');
            string quantity = parts.Length > 1 ? parts[1] : "";
            lines.Add(new CartLine(parts[0], faults.IsOn(FaultTable.ExceptionStorm) ? QuantityOrOne(quantity) : int.TryParse(quantity, out int pieces) ? pieces : 1));
        }
        return lines;
    }

    int QuantityOrOne(string text)
    {
        try
        {
            return ParseQuantity(text);
        }
        catch (FormatException)
        {
            return 1;
        }
    }

    /// <summary>The fault: what happens on every second line is no exception. Not inlined: a method that the compiler merged into its caller has no frame, and the caller would be named.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    int ParseQuantity(string text)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiDigit))
            throw new FormatException(truth.Stamp($"the quantity '{text}' is no number"));
        return int.Parse(text);
    }
}
