// How well it is known what each thread of a process works for.
namespace Scope.Pipeline.Correlate;

/// <summary>What is told at each change, the better the higher.</summary>
enum TimeLine : byte
{
    /// <summary>Nothing: it is joined from what tasks and events say.</summary>
    None,
    /// <summary>The runtime's activity, by the task library.</summary>
    Activities,
    /// <summary>The span itself, by the collector inside the process.</summary>
    Spans,
}
