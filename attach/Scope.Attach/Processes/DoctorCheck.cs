// What doctor finds: each check as data, so that a terminal, JSON and a test say the same.
namespace Scope.Attach.Processes;

/// <summary>How a check came out.</summary>
public enum CheckStatus
{
    /// <summary>All is well.</summary>
    Ok,
    /// <summary>Something works less well, or not; the main job does.</summary>
    Warn,
    /// <summary>The main job cannot run.</summary>
    Fail,
}

/// <summary>One check.</summary>
/// <param name="Name">What was looked at, in a word.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Meaning">What was found and what follows from it.</param>
/// <param name="Mend">What to do about it; "" when there is nothing to do.</param>
public sealed record DoctorCheck(string Name, CheckStatus Status, string Meaning, string Mend = "");

/// <summary>What doctor is asked to look at.</summary>
/// <param name="Pid">A process to look at too, or null.</param>
/// <param name="PostgresConnection">The warm tier's connection string, "" when none is configured.</param>
/// <param name="AgentMegabytes">Memory that a recording takes at most, by configuration.</param>
public sealed record DoctorRequest(int? Pid = null, string PostgresConnection = "", int AgentMegabytes = 500);
