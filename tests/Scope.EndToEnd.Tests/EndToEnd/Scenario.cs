// What makes each planted fault show: which requests, how many a second, and how many at once.
using Scope.Targets.Shop.Faults;

namespace Scope.EndToEnd.Tests;

/// <summary>A fault under the load that shows it.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Rate">Requests a second; 0 is as fast as answers come.</param>
/// <param name="Concurrency">Requests at once.</param>
sealed record Scenario(Fault Fault, double Rate, int Concurrency)
{
    /// <summary>Every fault.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(FaultTable.HotMethod, 0, 6),
        new(FaultTable.LockContention, 0, 16),
        new(FaultTable.ExceptionStorm, 60, 8),
        new(FaultTable.PoolStarvation, 0, 64),
        new(FaultTable.GcPressure, 30, 8),
        new(FaultTable.SequentialCalls, 20, 16),
        new(FaultTable.FailingRequests, 60, 8),
        new(FaultTable.SlowSql, 20, 16),
        new(FaultTable.CrossJoin, 8, 4),
        new(FaultTable.NPlusOne, 20, 8),
    ];

    /// <summary>Those that the suite runs always; all of them with SCOPE_ALL_FAULTS set, as ./all-faults does.</summary>
    public static IEnumerable<object[]> Chosen =>
        (Environment.GetEnvironmentVariable("SCOPE_ALL_FAULTS") is null ? All.Take(3) : All).Select(scenario => new object[] { scenario.Fault.Name });

    /// <summary>The scenario of a fault.</summary>
    public static Scenario Of(string fault) => All.Single(scenario => scenario.Fault.Name == fault);
}
