// The agent's side of the control block. What it reads belongs to another process and is a claim: states that do not exist
// come out as the number that they are, and nothing here waits.
namespace Scope.Hooks.Wire;

/// <summary>Speaks with the native part through a region that a <see cref="RegionReader"/> has accepted.</summary>
/// <param name="region">Where the region is mapped, at least its first page.</param>
public sealed unsafe class NativeMailbox(byte* region)
{
    readonly NativeControl* _control = (NativeControl*)(region + NativeControl.Offset);

    /// <summary>The name under which the region stands in /proc/PID/fd.</summary>
    public const string FileName = "scope-native-1";

    /// <summary>The id of the class that the library makes, for the runtime's attach command.</summary>
    public static Guid ProfilerId { get; } = new("5C09E0A7-6E1B-4C35-9D52-7A1F0B3E8C41");

    /// <summary>Why it cannot be spoken to; null when it can.</summary>
    public string? Obstacle => _control->Version == NativeAttach.CurrentVersion ? null : $"the library in the target speaks version {_control->Version} of the commands, and we speak {NativeAttach.CurrentVersion}";

    /// <summary>What it says it is doing.</summary>
    public NativeState State => (NativeState)Volatile.Read(ref _control->State);

    /// <summary>The nonce of the attach that made the region, or of the agent that took it over.</summary>
    public ulong Nonce => Volatile.Read(ref _control->Nonce);

    /// <summary>The runtime's events that it listens to; 0 as long as there is no probe.</summary>
    public uint EventMask => Volatile.Read(ref _control->EventMask);

    /// <summary>After how long without a sign of us it leaves by itself.</summary>
    public uint SilenceMillis => _control->SilenceMillis;

    /// <summary>Gives a sign of life; to be repeated several times within <see cref="SilenceMillis"/>.</summary>
    public void Beat() => Volatile.Write(ref _control->Heartbeat, _control->Heartbeat + 1);

    /// <summary>Asks for something, and returns the number to ask <see cref="ResultOf"/> by.</summary>
    /// <param name="command">What.</param>
    /// <param name="argument">What the command needs, as it says.</param>
    public uint Ask(NativeCommand command, ulong argument = 0)
    {
        uint number = _control->Asked + 1;
        _control->Command = (uint)command;
        _control->Argument = argument;
        Volatile.Write(ref _control->Asked, number);
        return number;
    }

    /// <summary>More about the last error: for a plan the position of what makes no sense.</summary>
    public uint Detail => Volatile.Read(ref _control->Detail);

    /// <summary>What came of a command: 0, or the error's HRESULT; null as long as it is not answered.</summary>
    public int? ResultOf(uint number) => Volatile.Read(ref _control->Answered) == number ? _control->Result : null;
}
