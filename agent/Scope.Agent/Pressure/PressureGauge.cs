// Reads what a recording is under: its rings, how far it is behind, its spool, its own CPU and memory, and what it costs the
// target; the last three as shares of the budget in scope.toml.
using System.Diagnostics;
using Scope.Agent.Cost;
using Scope.Pipeline.Pressure;

namespace Scope.Agent.Pressure;

/// <summary>What recording may take.</summary>
/// <param name="Cores">Of the machine's processors, for all of this process.</param>
/// <param name="MemoryBytes">Of the machine's memory, likewise.</param>
/// <param name="TargetShare">Of the target's CPU time, from 0 to 1.</param>
sealed record PressureBudget(double Cores, long MemoryBytes, double TargetShare)
{
    /// <summary>No bound: nothing is ever turned down for its price.</summary>
    public static PressureBudget None { get; } = new(double.PositiveInfinity, long.MaxValue, double.PositiveInfinity);
}

/// <summary>What the gauge looks at.</summary>
/// <param name="OwnPart">How much of what this process uses counts for this recording, from 0 to 1.</param>
/// <param name="RingFill">The fullest ring, from 0 to 1.</param>
/// <param name="LagSeconds">How far the history is behind.</param>
/// <param name="SpoolFill">The spool, of its bound.</param>
/// <param name="TargetCpuNanos">CPU time of the target since we look.</param>
/// <param name="CostNanos">CPU time of it that it spent for us, by estimate.</param>
sealed record PressureSigns(Func<double> OwnPart, Func<double> RingFill, Func<double> LagSeconds, Func<double> SpoolFill, Func<long> TargetCpuNanos, Func<long> CostNanos);

/// <summary>Takes readings, each about the time since the last. Used by one thread.</summary>
sealed class PressureGauge(PressureSigns signs, PressureBudget budget)
{
    // What a target that does next to nothing spends for us is a large share of very little.
    const double NegligibleCores = 0.005;

    readonly OwnCost _own = new();
    long _at = Stopwatch.GetTimestamp(), _targetCpu = signs.TargetCpuNanos(), _cost = signs.CostNanos();

    /// <summary>How it is now.</summary>
    public PressureReading Read()
    {
        var part = signs.OwnPart();
        return new(signs.RingFill(), signs.LagSeconds(), signs.SpoolFill(), part * _own.CoresSinceLast() / budget.Cores, part * OwnCost.MemoryBytes / budget.MemoryBytes, TargetCost());
    }

    double TargetCost()
    {
        var (at, cpu, cost) = (Stopwatch.GetTimestamp(), signs.TargetCpuNanos(), signs.CostNanos());
        var (nanos, used, spent) = (Stopwatch.GetElapsedTime(_at, at).TotalNanoseconds, cpu - _targetCpu, cost - _cost);
        (_at, _targetCpu, _cost) = (at, cpu, cost);
        return used <= 0 || spent < nanos * NegligibleCores ? 0 : (double)spent / used / budget.TargetShare;
    }
}
