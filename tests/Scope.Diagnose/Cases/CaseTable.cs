// The truth: every case, in the order in which they are run.
namespace Scope.Diagnose;

/// <summary>The cases that there are.</summary>
public static class CaseTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Case> All { get; } =
        [.. HangCases.All, .. ProcessorCases.All, .. MemoryCases.All, .. ErrorCases.All, .. DatabaseCases.All, .. NetworkCases.All, .. HostCases.All, .. HealthyCases.All];
}
