// The limit that the garbage collector was given beside what the control group sets: by environment variables, whose numbers
// are hexadecimal. At this limit the runtime throws OutOfMemoryException while the kernel sees nothing wrong. What stands in
// a runtimeconfig.json is not seen: nobody tells where the application's is.
using System.Globalization;

namespace Scope.Attach.Processes;

/// <summary>Reads what the collector was told.</summary>
public static class HeapSettings
{
    static readonly string[] Prefixes = ["DOTNET_", "COMPlus_"];

    /// <summary>The hard limit of a process's heap in bytes, with the variable's name; null without one, or where we may not read its environment.</summary>
    public static (long Bytes, string Variable)? HardLimitOf(int pid) => ProcFs.Environment(pid) is { } variables ? HardLimitIn(variables, ControlGroup.Of(pid).Memory()?.LimitBytes ?? long.MaxValue) : null;

    internal static (long Bytes, string Variable)? HardLimitIn(IReadOnlyDictionary<string, string> variables, long groupLimitBytes)
    {
        foreach (var prefix in Prefixes)
        {
            if (Number(variables, prefix + "GCHeapHardLimit") is { } bytes) return (bytes, prefix + "GCHeapHardLimit");
            // Per cent of what the group allows; of the machine's memory where no group does, which is told as no limit.
            if (Number(variables, prefix + "GCHeapHardLimitPercent") is <= 100 and var percent && groupLimitBytes < long.MaxValue) return (groupLimitBytes / 100 * percent, prefix + "GCHeapHardLimitPercent");
        }
        return null;
    }

    static long? Number(IReadOnlyDictionary<string, string> variables, string name)
    {
        if (!variables.TryGetValue(name, out var text)) return null;
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }
}
