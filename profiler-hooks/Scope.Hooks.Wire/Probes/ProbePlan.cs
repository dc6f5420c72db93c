// The plan of a set of probes as bytes: what the agent has worked out, in the order that the native part reads it in.
using System.Runtime.InteropServices;
using System.Text;

namespace Scope.Hooks.Wire;

/// <summary>A hop of a capture.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Offset">The offset in bytes, or the index of an element.</param>
/// <param name="Type">The method table that the object must have exactly; 0 for any.</param>
public readonly record struct Hop(CaptureHop Kind, int Offset, ulong Type = 0);

/// <summary>A capture.</summary>
/// <param name="Root">Where it begins.</param>
/// <param name="Index">The index of the argument or local variable.</param>
/// <param name="Moments">When it is taken.</param>
/// <param name="Read">What is read at its end.</param>
/// <param name="Hops">The way there.</param>
/// <param name="Room">The most characters of a text, or the number of raw bytes.</param>
public sealed record Capture(CaptureRoot Root, int Index, CaptureMoment Moments, CaptureRead Read, IReadOnlyList<Hop> Hops, int Room = 0);

/// <summary>A step of a condition.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Capture">The capture that it reads, an index into <see cref="ProbeOrder.Captures"/>.</param>
/// <param name="Constant">A number, a double's bits, or a method table.</param>
/// <param name="Text">The text to compare with.</param>
public readonly record struct ConditionTerm(ConditionOperation Operation, int Capture = 0, long Constant = 0, string? Text = null);

/// <summary>A probe to be armed.</summary>
/// <param name="Probe">Its id (<see cref="ProbeRequest.Probe"/>).</param>
/// <param name="Module">The version id of the module.</param>
/// <param name="Method">The method's token.</param>
/// <param name="Flags">What it tells.</param>
public sealed record ProbeOrder(uint Probe, Guid Module, uint Method, ProbeFlags Flags)
{
    /// <summary>What it looks at.</summary>
    public IReadOnlyList<Capture> Captures { get; init; } = [];

    /// <summary>The condition at the begin or the line; empty for none.</summary>
    public IReadOnlyList<ConditionTerm> Enter { get; init; } = [];

    /// <summary>The condition at the end; empty for none.</summary>
    public IReadOnlyList<ConditionTerm> Leave { get; init; } = [];

    /// <summary>For a line its IL offset.</summary>
    public uint IlOffset { get; init; }

    /// <summary>After how many hits it takes itself out; 0 for never.</summary>
    public ulong MaxHits { get; init; }

    /// <summary>Above how many hits a second it does; 0 for never.</summary>
    public uint MaxHitsPerSecond { get; init; }
}

/// <summary>Writes plans.</summary>
public static class ProbePlan
{
    /// <summary>The bytes of a plan; null when they are more than <see cref="HookLimits.MaxPlanBytes"/>: ask for fewer at a time. The other bounds of <see cref="HookLimits"/> are the caller's to keep; the native part refuses what is beyond them.</summary>
    public static byte[]? Write(IReadOnlyList<ProbeOrder> orders)
    {
        var plan = new List<byte>();
        plan.AddRange(new byte[ProbePlanHead.Bytes]);
        foreach (var order in orders)
        {
            int start = plan.Count;
            WriteOrder(plan, order);
            plan.AddRange(new byte[-plan.Count & 7]);
            BitConverter.TryWriteBytes(CollectionsMarshal.AsSpan(plan)[start..], plan.Count - start);
        }
        var head = new ProbePlanHead { Magic = ProbePlanHead.ExpectedMagic, TotalBytes = (uint)plan.Count, Requests = (uint)orders.Count };
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(plan), in head);
        return plan.Count <= HookLimits.MaxPlanBytes ? [.. plan] : null;
    }

    /// <summary>Which probe of a plan is in which method; of bytes that are no plan, none. They are another process's claim.</summary>
    public static IReadOnlyList<(uint Probe, Guid Module, uint Method, uint IlOffset)> Read(ReadOnlySpan<byte> plan)
    {
        var orders = new List<(uint, Guid, uint, uint)>();
        if (plan.Length < ProbePlanHead.Bytes || MemoryMarshal.Read<ProbePlanHead>(plan) is not { Magic: ProbePlanHead.ExpectedMagic } head)
            return orders;
        for (int at = ProbePlanHead.Bytes; orders.Count < Math.Min(head.Requests, HookLimits.MaxProbes) && at <= plan.Length - ProbeRequest.Bytes;)
        {
            var request = MemoryMarshal.Read<ProbeRequest>(plan[at..]);
            if (request.TotalBytes < ProbeRequest.Bytes || request.TotalBytes > plan.Length - at)
                break;
            orders.Add((request.Probe, MemoryMarshal.Read<Guid>(plan[(at + ModuleOffset)..]), request.Method, request.IlOffset));
            at += (int)request.TotalBytes;
        }
        return orders;
    }

    const int ModuleOffset = 8;

    static void WriteOrder(List<byte> plan, ProbeOrder order)
    {
        string texts = string.Concat(order.Enter.Concat(order.Leave).Select(t => t.Text));
        var module = order.Module.ToByteArray();
        Append(plan, new ProbeRequest
        {
            Probe = order.Probe,
            ModuleLow = BitConverter.ToUInt64(module, 0),
            ModuleHigh = BitConverter.ToUInt64(module, 8),
            Method = order.Method,
            Flags = (uint)order.Flags,
            MaxHits = order.MaxHits,
            MaxHitsPerSecond = order.MaxHitsPerSecond,
            IlOffset = order.IlOffset,
            Captures = (ushort)order.Captures.Count,
            EnterSteps = (ushort)order.Enter.Count,
            LeaveSteps = (ushort)order.Leave.Count,
            TextBytes = (uint)texts.Length * sizeof(char),
        });
        foreach (var capture in order.Captures)
        {
            Append(plan, new ProbeCapture { Root = (byte)capture.Root, Read = (byte)capture.Read, Moments = (byte)capture.Moments, Hops = (byte)capture.Hops.Count, Index = (ushort)capture.Index, Room = (ushort)capture.Room });
            foreach (var hop in capture.Hops)
                Append(plan, new ProbeHop { Hop = (uint)hop.Kind, Offset = (uint)hop.Offset, Type = hop.Type });
        }
        int at = 0;
        foreach (var term in order.Enter.Concat(order.Leave))
        {
            int chars = term.Text?.Length ?? 0;
            Append(plan, new ConditionStep { Operation = (byte)term.Operation, Capture = (ushort)term.Capture, Chars = (uint)chars, Constant = term.Text is null ? term.Constant : at });
            at += chars;
        }
        plan.AddRange(Encoding.Unicode.GetBytes(texts));
    }

    static void Append<T>(List<byte> plan, in T part) where T : unmanaged => plan.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in part)));
}
