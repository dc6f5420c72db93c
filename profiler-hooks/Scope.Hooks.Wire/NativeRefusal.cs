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

    /// <summary>The plan of probes makes no sense.</summary>
    public const int BadPlan = unchecked((int)0xA0040001);

    /// <summary>The probe's slot holds another one that is armed.</summary>
    public const int SlotTaken = unchecked((int)0xA0040002);

    /// <summary>No loaded module has the version id.</summary>
    public const int ModuleNotFound = unchecked((int)0xA0040003);

    /// <summary>The method has no IL.</summary>
    public const int NoIl = unchecked((int)0xA0040004);

    /// <summary>The method is too big to be rewritten.</summary>
    public const int IlTooBig = unchecked((int)0xA0040005);

    /// <summary>The method has a jmp instruction.</summary>
    public const int HasJmp = unchecked((int)0xA0040006);

    /// <summary>The method is of the runtime's own async kind.</summary>
    public const int RuntimeAsync = unchecked((int)0xA0040007);

    /// <summary>The module can be unloaded.</summary>
    public const int Collectible = unchecked((int)0xA0040008);

    /// <summary>The method is in the runtime's core library.</summary>
    public const int CoreLibrary = unchecked((int)0xA0040009);

    /// <summary>The method has no such argument, local variable or return value.</summary>
    public const int NoSuchPlace = unchecked((int)0xA004000A);

    /// <summary>The place cannot be looked at.</summary>
    public const int NotCapturable = unchecked((int)0xA004000B);

    /// <summary>No instruction begins at the IL offset.</summary>
    public const int NoSuchInstruction = unchecked((int)0xA004000C);

    /// <summary>The method's IL could not be read or written.</summary>
    public const int UnknownIl = unchecked((int)0xA004000D);

    /// <summary>The method has as many probes as it can have.</summary>
    public const int TooManyProbes = unchecked((int)0xA004000E);

    /// <summary>The probe has had its hits.</summary>
    public const int HitsUsedUp = unchecked((int)0xA004000F);

    /// <summary>The probe was hit too often.</summary>
    public const int TooFast = unchecked((int)0xA0040010);

    /// <summary>No sign of an agent came.</summary>
    public const int AgentSilent = unchecked((int)0xA0040011);

    /// <summary>There is no such probe.</summary>
    public const int NoSuchProbe = unchecked((int)0xA0040012);

    /// <summary>The runtime refused to rewrite the method.</summary>
    public const int RuntimeRefused = unchecked((int)0xA0040013);

    static readonly Dictionary<int, string> Words = new()
    {
        [BadRequest] = "the library in the target did not understand what it was handed: agent and library are not of the same build; build it again with scripts/build-native",
        [OtherVersion] = "the library in the target is of another version, perhaps from before an update: it stays until the target restarts, and recording works without probes",
        [NoMemory] = "the target has no room for the shared memory of probes: look at its memory limit",
        [AlreadyHere] = "the library is attached already: use what is there, by its memory in /proc/PID/fd",
        [UnknownCommand] = "the library in the target does not know this command: agent and library are not of the same build",
        [BadPlan] = "the library in the target did not understand the plan of probes: agent and library are not of the same build; build it again with scripts/build-native",
        [SlotTaken] = "the probe's slot is taken by one that is still armed: remove that one first",
        [ModuleNotFound] = "the probe's module is not loaded in the target, or its file was replaced since it was: restart the target, or arm it again when the code that uses it has run",
        [NoIl] = "the method has no IL of its own (abstract, extern, made by the runtime or at run time): probe the methods that implement or call it",
        [IlTooBig] = "the method is too big to be compiled again while requests wait for it: probe the methods that it calls",
        [HasJmp] = "the method ends in a jmp instruction, behind which no end can be seen: probe the method that it jumps to",
        [RuntimeAsync] = "the method is of the runtime's own async kind, which cannot be rewritten: probe the methods that it calls",
        [Collectible] = "the method is in an assembly that can be unloaded, where the runtime rewrites nothing: load it into a context that is not collectible, or probe its callers",
        [CoreLibrary] = "the method is in the runtime's core library, which the runtime itself runs on: probe its callers, or force it",
        [NoSuchPlace] = "a capture begins at an argument, a local variable or a return value that the method does not have: the module in the target is of another build than the one that the plan was made from",
        [NotCapturable] = "a capture begins at a value that cannot be looked at (a typed reference): capture something else",
        [NoSuchInstruction] = "no instruction begins at the probe's IL offset: the module in the target is of another build than the one that the plan was made from",
        [UnknownIl] = "the method's IL has something that the library cannot rewrite: probe the methods that it calls, and tell us",
        [TooManyProbes] = "the method has as many probes as it can have: remove one of them first",
        [HitsUsedUp] = "the probe has had all the hits that it was asked for and took itself out: ask for more with --hits",
        [TooFast] = "the probe was hit more often than allowed and took itself out: narrow it with a condition, or allow more",
        [AgentSilent] = "no sign of an agent came for the agreed time, and the probe was taken out: arm it again",
        [NoSuchProbe] = "there is no armed probe of that number: it took itself out, was removed or never was; look at its state",
        [RuntimeRefused] = "the runtime could not compile the rewritten method and goes on with the old code: probe the methods that it calls, and tell us",
        [unchecked((int)0x8013136A)] = "another profiler is active in the target, and the runtime takes one: detach it or restart the target without it (CORECLR_ENABLE_PROFILING); recording works without probes",
        [unchecked((int)0x80131370)] = "the runtime cannot let the library go any more, because methods were rewritten: it stays, idle, until the target ends",
        [unchecked((int)0x8007007E)] = "the runtime in the target did not find the library or could not load it: its path must be absolute and readable inside the target's own file system (container), and the target's C library no older than the one that it was built with",
        [unchecked((int)0x8007007F)] = "the file is not our library: build it again with scripts/build-native",
        [unchecked((int)0x80131375)] = "the library can only be attached to a running process, not be loaded at its start",
    };

    /// <summary>An error in words that say what to do next.</summary>
    public static string Explain(int hresult) => Words.TryGetValue(hresult, out string? words) ? $"{words} (0x{hresult:X8})" : $"the runtime refused with 0x{hresult:X8}";
}
