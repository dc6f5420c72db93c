// A target with methods of every shape and the native part in it, as the agent would drive it: orders probes by method name,
// waits for what comes of them, and collects hits.
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

sealed class ProbedTarget : IAsyncDisposable
{
    static uint s_nextProbe = 1;

    readonly ShapesTarget _target;
    readonly List<ProbeHit> _hits = [];

    ProbedTarget(ShapesTarget target, MappedRegion region) => (_target, Region) = (target, region);

    public static async Task<ProbedTarget> StartAsync(uint silenceMillis = 60_000, int rings = 64, int slotsPower = 11, RuntimeStrain? strain = null)
    {
        var target = await ShapesTarget.StartAsync(strain);
        return new ProbedTarget(target, await NativeAttachment.AttachAsync(target.Process.Id, nonce: 5, silenceMillis, rings, slotsPower));
    }

    public ChildProcess Process => _target.Process;
    public MappedRegion Region { get; }
    public Guid Module => _target.Methods.Module;
    public IReadOnlyList<ProbeHit> Hits => _hits;

    /// <summary>Off where there are millions of hits and only the time they take counts.</summary>
    public bool KeepsHits { get; set; } = true;

    /// <summary>Says a line to the target and returns what it answers, without the word itself.</summary>
    /// <param name="line">The line.</param>
    /// <param name="answers">How many answers it takes: more than one when lines before it were said without waiting.</param>
    public Task<string> AskAsync(string line, int answers = 1) => _target.AskAsync(line, answers == 1 ? Collect : Region.Native.Beat, answers);

    /// <summary>The token of a method, by type and name; the type without its namespace, nested ones with a plus.</summary>
    public uint Token(string type, string method) => _target.Methods[type, method];

    /// <summary>All methods with a body, but the entry point, which never returns.</summary>
    public IEnumerable<(string Name, uint Token)> AllMethods() => _target.Probed;

    public ProbeOrder Order(string type, string method, ProbeFlags flags = ProbeFlags.Leave | ProbeFlags.Exception) => Order(Token(type, method), flags);

    public ProbeOrder Order(uint token, ProbeFlags flags = ProbeFlags.Leave | ProbeFlags.Exception) => new(s_nextProbe++, Module, token, flags);

    /// <summary>The same probe with the next free id.</summary>
    public static ProbeOrder Renewed(ProbeOrder order) => order with { Probe = s_nextProbe++ };

    /// <summary>A probe at the instruction where the line that contains the text begins.</summary>
    public ProbeOrder Line(string type, string method, string text) => Order(type, method, ProbeFlags.Line) with { IlOffset = _target.Methods.Line(type, method, text) };

    /// <summary>Where the instructions of a method begin, each with its prefixes.</summary>
    public IEnumerable<uint> Instructions(uint token)
    {
        var all = IlInstruction.All(_target.Methods.Body(token).GetILBytes());
        return all.Where((_, i) => i == 0 || !all[i - 1].IsPrefix).Select(i => (uint)i.Offset);
    }

    /// <summary>Asks for probes and waits for the answer; the plan must make sense.</summary>
    public async Task ArmAsync(params ProbeOrder[] orders)
    {
        int result = await ArmingAsync(ProbePlan.Write(orders)!, orders);
        result.ShouldBe(0, NativeRefusal.Explain(result));
    }

    public async Task<int> ArmingAsync(byte[] plan, params ProbeOrder[] orders)
    {
        uint number = Region.Probes!.Arm(plan, orders);
        return await AnswerAsync(number);
    }

    public async Task<int> AskAsync(NativeCommand command, ulong argument = 0) => await AnswerAsync(Region.Native.Ask(command, argument));

    public ProbeStatus Status(ProbeOrder order) => Region.Probes![order.Probe];

    public async Task StateAsync(ProbeOrder order, ProbeState state) =>
        await Deadline.UntilAsync($"the probe to be {state}", () =>
        {
            Collect();
            return (ProbeState)Status(order).State == state;
        });

    /// <summary>Takes what is in the rings.</summary>
    public void Collect()
    {
        Region.Native.Beat();
        Region.Reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> text) =>
        {
            if (record.Kind != HookKind.Handshake && KeepsHits)
                _hits.Add(ProbeHit.Read(thread, record, text) ?? throw new AssertFailedException($"a record of kind {record.Kind} that is no hit"));
        });
    }

    /// <summary>The hits of a probe so far, oldest first; waits until the target's counts are as many.</summary>
    public async Task<List<ProbeHit>> HitsAsync(ProbeOrder order, int count)
    {
        await Deadline.UntilAsync($"{count} hits", () =>
        {
            Collect();
            return Of(order).Count >= count;
        }, TimeSpan.FromSeconds(10));
        return Of(order);
    }

    public List<ProbeHit> Of(ProbeOrder order) => [.. _hits.Where(h => h.Record.Probe == order.Probe)];

    public async ValueTask DisposeAsync()
    {
        Region.Dispose();
        await _target.DisposeAsync();
    }

    async Task<int> AnswerAsync(uint number)
    {
        await Deadline.UntilAsync("the native part to answer", () =>
        {
            Collect();
            return Region.Native.ResultOf(number) is not null;
        });
        return Region.Native.ResultOf(number)!.Value;
    }
}
