// The part of the native part's region that probes need, behind its rings: what the target tells of each slot, one word for
// each by which the agent opens and closes it, and the room where the agent writes a plan. Statuses are claims of another
// process, as everything that it writes.
using System.Runtime.CompilerServices;

namespace Scope.Hooks.Wire;

/// <summary>Speaks with the native part about its probes, through a region that a <see cref="RegionReader"/> has accepted.</summary>
public sealed unsafe class ProbeArea
{
    /// <summary>Where the statuses begin in it.</summary>
    public const int StatusOffset = 0;

    /// <summary>Where the gates begin.</summary>
    public const int GateOffset = StatusOffset + HookLimits.MaxProbes * ProbeStatus.Bytes;

    /// <summary>Where the plan begins.</summary>
    public const int PlanOffset = GateOffset + HookLimits.MaxProbes * sizeof(uint);

    /// <summary>The size of it.</summary>
    public const int Bytes = PlanOffset + HookLimits.MaxPlanBytes;

    readonly byte* _area;
    readonly NativeMailbox _mailbox;

    ProbeArea(byte* area, NativeMailbox mailbox)
    {
        _area = area;
        _mailbox = mailbox;
    }

    /// <summary>Opens it.</summary>
    /// <param name="region">Where the region is mapped.</param>
    /// <param name="layout">The layout that was accepted.</param>
    /// <param name="bytes">How much is mapped.</param>
    /// <param name="why">What is wrong, when null is returned.</param>
    public static ProbeArea? Open(byte* region, RegionLayout layout, long bytes, out string why)
    {
        var mailbox = new NativeMailbox(region);
        why = mailbox.Obstacle ?? (layout.Bytes + Bytes > bytes ? $"the region has {bytes} bytes, and with room for probes it needs {layout.Bytes + Bytes}" : "");
        return why.Length == 0 ? new ProbeArea(region + layout.Bytes, mailbox) : null;
    }

    /// <summary>What the target says of the slot of a probe; it may be of another probe of the same slot.</summary>
    public ProbeStatus this[uint probe] => Unsafe.ReadUnaligned<ProbeStatus>(_area + StatusOffset + Slot(probe) * ProbeStatus.Bytes);

    /// <summary>The slot of a probe.</summary>
    public static int Slot(uint probe) => (int)(probe % HookLimits.MaxProbes);

    /// <summary>Opens or closes a probe at once, for all threads; a closed one costs its method some nanoseconds and tells nothing.</summary>
    public void SetGate(uint probe, bool open) => Volatile.Write(ref ((uint*)(_area + GateOffset))[Slot(probe)], open ? 1u : 0u);

    /// <summary>Which probe of the last plan is in which method, as far as it is still to be read.</summary>
    public IReadOnlyList<(uint Probe, Guid Module, uint Method, uint IlOffset)> Planned => ProbePlan.Read(new ReadOnlySpan<byte>(_area + PlanOffset, HookLimits.MaxPlanBytes));

    /// <summary>Writes the plan, opens its gates and asks for its probes; returns the command's number for <see cref="NativeMailbox.ResultOf"/>. The area holds one plan: the last command must have been answered.</summary>
    public uint Arm(ReadOnlySpan<byte> plan, IEnumerable<ProbeOrder> orders)
    {
        plan.CopyTo(new Span<byte>(_area + PlanOffset, HookLimits.MaxPlanBytes));
        foreach (var order in orders)
            SetGate(order.Probe, open: true);
        return _mailbox.Ask(NativeCommand.Arm, (ulong)plan.Length);
    }
}
