// Which feature needs which right: for a process of one's own none beyond being its user, and for those of others the few of
// root's powers that each takes. A table, so that a service can be given these and no more.
using System.Collections.Immutable;
using System.Globalization;

namespace Scope.Attach.Processes;

/// <summary>Tells rights.</summary>
static class Rights
{
    /// <summary>A power of root's that can be given by itself.</summary>
    enum Capability
    {
        /// <summary>To read and write whatever the rights of files say.</summary>
        DacOverride = 1,
        /// <summary>To act on files and processes as another user.</summary>
        SetUserId = 7,
        /// <summary>To look into the memory and the tables of other users' processes.</summary>
        Ptrace = 19,
    }

    sealed record Feature(string Name, string Needs, ImmutableArray<Capability> ForOthers);

    static readonly ImmutableArray<Feature> Features =
    [
        new("to record", "being the target's user: its diagnostics socket and /proc", [Capability.Ptrace, Capability.DacOverride]),
        new("to snapshot", "ptrace of a process of the same user", [Capability.Ptrace, Capability.DacOverride]),
        new("inside, probe", "being the target's user: a file that it can load", [Capability.Ptrace, Capability.DacOverride, Capability.SetUserId]),
    ];

    /// <summary>One line a feature.</summary>
    public static IEnumerable<DoctorCheck> Checks() => Features.Select(feature =>
    {
        var missing = feature.ForOthers.Where(c => !Has(c)).Select(NameOf).ToList();
        return new DoctorCheck(feature.Name, CheckStatus.Ok, $"needs {feature.Needs}; for processes of other users {string.Join(", ", feature.ForOthers.Select(NameOf))}, {(missing.Count == 0 ? "which we have" : $"of which we lack {string.Join(", ", missing)}")}");
    });

    /// <summary>Whether we may look into other processes whatever the kernel forbids besides.</summary>
    public static bool MayPtrace => Has(Capability.Ptrace);

    static bool Has(Capability capability) =>
        ulong.TryParse(ProcFs.Status(Environment.ProcessId, "CapEff"), NumberStyles.HexNumber, null, out var capabilities) && (capabilities >> (int)capability & 1) != 0;

    static string NameOf(Capability capability) => capability switch
    {
        Capability.DacOverride => "CAP_DAC_OVERRIDE",
        Capability.SetUserId => "CAP_SETUID",
        _ => "CAP_SYS_PTRACE",
    };
}
