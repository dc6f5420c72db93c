// The bounds of method probes, each with its reason: the target comes first.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Bytes of IL of a method that is rewritten: the compiler takes some 10 ms for so much, and nobody wrote it by hand.</summary>
    public const int ProbeIlBytes = 32 << 10;

    /// <summary>Names of types that captured objects were of, kept while a target is probed: some megabyte.</summary>
    public const int ProbeTypeNames = 8192;
}
