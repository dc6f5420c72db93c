// Why the native part could not be loaded, or did not do what it was asked: the runtime's errors and our own, by number.
namespace Scope.Hooks.Wire;

/// <summary>The errors of attaching and of commands, and what to do about each.</summary>
public static class NativeRefusal
{
    /// <summary>The library did not understand what it was handed. Not E_INVALIDARG, which the diagnostics port says of commands of its own.</summary>
    public const int BadRequest = unchecked((int)0x8007000D);

    /// <summary>The library is of another version.</summary>
    public const int OtherVersion = unchecked((int)0x8007051A);

    /// <summary>The target had no room for the shared memory or the thread.</summary>
    public const int NoMemory = unchecked((int)0x8007000E);

    /// <summary>The library is attached already.</summary>
    public const int AlreadyHere = unchecked((int)0x800700AA);

    /// <summary>The library does not know the command.</summary>
    public const int UnknownCommand = unchecked((int)0x80004001);

    static readonly Dictionary<int, string> Words = new()
    {
        [BadRequest] = "the library in the target did not understand what it was handed: agent and library are not of the same build; build it again with scripts/build-native",
        [OtherVersion] = "the library in the target is of another version, perhaps from before an update: it stays until the target restarts, and recording works without probes",
        [NoMemory] = "the target has no room for the shared memory of probes: look at its memory limit",
        [AlreadyHere] = "the library is attached already: use what is there, by its memory in /proc/PID/fd",
        [UnknownCommand] = "the library in the target does not know this command: agent and library are not of the same build",
        [unchecked((int)0x8013136A)] = "another profiler is active in the target, and the runtime takes one: detach it or restart the target without it (CORECLR_ENABLE_PROFILING); recording works without probes",
        [unchecked((int)0x80131370)] = "the runtime cannot let the library go any more, because methods were rewritten: it stays, idle, until the target ends",
        [unchecked((int)0x8007007E)] = "the runtime in the target did not find the library or could not load it: its path must be absolute and readable inside the target's own file system (container), and the target's C library no older than the one that it was built with",
        [unchecked((int)0x8007007F)] = "the file is not our library: build it again with scripts/build-native",
        [unchecked((int)0x80131375)] = "the library can only be attached to a running process, not be loaded at its start",
    };

    /// <summary>An error in words that say what to do next.</summary>
    public static string Explain(int hresult) => Words.TryGetValue(hresult, out string? words) ? $"{words} (0x{hresult:X8})" : $"the runtime refused with 0x{hresult:X8}";
}
