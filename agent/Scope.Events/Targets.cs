// The processes of a recording.
namespace Scope.Events;

/// <summary>What is known of a target process.</summary>
/// <param name="Pid">Its process id as the agent sees it.</param>
/// <param name="Name">Its name: the entry assembly's, else the command's.</param>
/// <param name="CommandLine">How it was started, redacted.</param>
/// <param name="RuntimeVersion">The runtime's version, or "" when not known.</param>
/// <param name="Architecture">x64, Arm64 …</param>
/// <param name="OperatingSystem">As the runtime or the file tells it.</param>
/// <param name="StartTime">When the process started; <see cref="EventTime.Min"/> when not known.</param>
/// <param name="ProcessorCount">Processors that it may use; 0 when not known.</param>
/// <param name="ApplicationModule">The entry assembly's simple name, by which user code is told from framework code; "" when not known.</param>
public sealed record TargetInfo(int Pid, string Name, string CommandLine, string RuntimeVersion, string Architecture,
    string OperatingSystem, EventTime StartTime, int ProcessorCount, string ApplicationModule);

/// <summary>The processes of a recording, by id from 1 up.</summary>
public sealed class Targets
{
    readonly Lock _grow = new();
    volatile TargetInfo[] _all = [];

    /// <summary>Adds a process; throws when <see cref="Limits.Targets"/> is reached, which the agent checks before it attaches.</summary>
    public TargetId Add(TargetInfo target)
    {
        lock (_grow)
        {
            if (_all.Length >= Limits.Targets) throw new InvalidOperationException($"a recording holds at most {Limits.Targets} targets");
            _all = [.. _all, target];
            return new((ushort)_all.Length);
        }
    }

    /// <summary>The process of an id.</summary>
    public TargetInfo this[TargetId id] => _all[id.Value - 1];

    /// <summary>All, in the order of their ids.</summary>
    public IReadOnlyList<TargetInfo> All => _all;

    /// <summary>Tells more of a process, once it is known.</summary>
    public void Update(TargetId id, TargetInfo target)
    {
        lock (_grow)
        {
            var all = (TargetInfo[])_all.Clone();
            all[id.Value - 1] = target;
            _all = all;
        }
    }
}
