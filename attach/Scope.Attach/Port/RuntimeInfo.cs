// What a runtime says of itself: ProcessInfo, in the newest of its three forms that the runtime knows.
namespace Scope.Attach.Port;

/// <summary>What a runtime says of itself and of its process.</summary>
/// <param name="ProcessId">Its pid in its own pid namespace.</param>
/// <param name="Cookie">Tells this runtime apart from any other, in whatever process and namespace.</param>
/// <param name="CommandLine">How it was started, as it says; not redacted.</param>
/// <param name="OperatingSystem">Linux, macOS, Windows.</param>
/// <param name="Architecture">x64, arm64 …</param>
/// <param name="EntryAssembly">The entry assembly's simple name; "" before .NET 6 or while the runtime starts.</param>
/// <param name="Version">The runtime's version; "" when it does not say.</param>
/// <param name="RuntimeIdentifier">Such as linux-x64; "" before .NET 8.</param>
public sealed record RuntimeInfo(int ProcessId, Guid Cookie, string CommandLine, string OperatingSystem, string Architecture,
    string EntryAssembly, string Version, string RuntimeIdentifier)
{
    /// <summary>The first part of the version, 0 when it is not known.</summary>
    public int MajorVersion => int.TryParse(Version.AsSpan(0, Math.Max(0, Version.IndexOf('.'))), out var major) ? major : 0;

    /// <summary>Reads the answer of one form of the command; null when the answer is malformed.</summary>
    internal static RuntimeInfo? Read(IpcCommand form, ReadOnlySpan<byte> payload)
    {
        var reader = new IpcReader(payload);
        if (form == IpcCommand.ProcessInfo3 && !reader.TryUInt32(out _)) return null;
        if (!reader.TryUInt64(out var pid) || !reader.TryGuid(out var cookie)) return null;
        if (!reader.TryString(out var command) || !reader.TryString(out var os) || !reader.TryString(out var architecture)) return null;
        string entry = "", version = "", identifier = "";
        if (form != IpcCommand.ProcessInfo && (!reader.TryString(out entry) || !reader.TryString(out version))) return null;
        if (form == IpcCommand.ProcessInfo3 && !reader.TryString(out identifier)) return null;
        return new((int)pid, cookie, command, os, architecture, entry, version, identifier);
    }
}
