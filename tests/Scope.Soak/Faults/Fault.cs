// A fault: what is done, and how it is tried. The table of all stands in FaultTable, and with what came out in the README.
using Scope.Benchmarks;

namespace Scope.Soak.Faults;

/// <summary>Something that happens to Scope, or to whom it records.</summary>
/// <param name="Name">Chooses it alone.</param>
/// <param name="What">What is done.</param>
/// <param name="Share">Its part of a soak of all, against the others' parts.</param>
/// <param name="RunAsync">Does it, and says what must hold and what came out.</param>
sealed record Fault(string Name, string What, double Share, Func<FaultRun, Task<IReadOnlyList<BenchmarkRow>>> RunAsync);
