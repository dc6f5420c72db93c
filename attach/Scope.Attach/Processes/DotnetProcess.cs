// A .NET process as the list of processes shows it.
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>A .NET process on this machine.</summary>
/// <param name="Pid">Its pid as we see it.</param>
/// <param name="Name">The entry assembly's name as far as the command line tells it, else the program's.</param>
/// <param name="RuntimeVersion">Its runtime's version; "" when not known (a single-file program that we may not ask).</param>
/// <param name="User">The user that it runs as.</param>
/// <param name="Container">The first 12 characters of its container's id, "other" for a mount namespace that nobody names, "" for ours.</param>
/// <param name="StartTime">When it started.</param>
/// <param name="CommandLine">How it was started, without obvious secrets.</param>
/// <param name="Obstacle">Why we may not attach, or null when we may.</param>
public sealed record DotnetProcess(int Pid, string Name, string RuntimeVersion, string User, string Container, EventTime StartTime, string CommandLine, AttachFailure? Obstacle);
