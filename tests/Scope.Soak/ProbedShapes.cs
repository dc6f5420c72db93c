// The target of shapes with the agent's own way into it: all of its methods armed, read and disarmed, again and again, while it
// checks its own answers under load.
using System.Globalization;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Soak;

/// <summary>Drives one.</summary>
/// <param name="target">The target.</param>
sealed class ProbedShapes(ShapesTarget target) : IAsyncDisposable
{
    const int CycleMillis = 30;
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    NativeProbes? _probes;
    uint _next = 1;
    long _corruptBefore;

    /// <summary>The target.</summary>
    public ShapesTarget Target => target;

    /// <summary>Records read.</summary>
    public long Hits { get; private set; }

    /// <summary>Probes that the target did not take.</summary>
    public long Refused { get; private set; }

    /// <summary>Records that made no sense.</summary>
    public long Corrupt => _corruptBefore + (_probes?.Reader.Corrupt ?? 0);

    /// <summary>Attaches, or takes over what an agent before has left.</summary>
    public async Task AttachAsync() => _probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(target.Process.Id))).Value;

    /// <summary>Goes without a word, as a killed agent does.</summary>
    public void Leave()
    {
        _corruptBefore = Corrupt;
        _probes?.Dispose();
        _probes = null;
    }

    /// <summary>Arms all methods, lets them be called, and takes all out.</summary>
    public async Task CycleAsync()
    {
        await ArmAsync(target.Methods.Module, target.Probed.Select(m => m.Token));
        await Task.Delay(CycleMillis);
        Read();
        await DisarmAsync();
    }

    /// <summary>Arms methods.</summary>
    public async Task ArmAsync(Guid module, IEnumerable<uint> tokens)
    {
        ProbeOrder[] orders = [.. tokens.Select(token => new ProbeOrder(_next++, module, token, Timing))];
        if (await _probes!.ArmAsync(orders) is { } refused) throw new InvalidOperationException(refused.Message);
        Refused += orders.Count(o => _probes[o.Probe].State == (uint)ProbeState.Refused);
    }

    /// <summary>Takes all out.</summary>
    public async Task DisarmAsync() => await _probes!.DisarmAllAsync();

    /// <summary>Says a line to the target, alive meanwhile.</summary>
    public Task<string> AskAsync(string line, int answers = 1) => target.AskAsync(line, () =>
    {
        _probes?.Beat();
        Read();
    }, answers, Patience);

    /// <summary>Begins the target's checks of itself.</summary>
    public Task LoadAsync(int threads) => AskAsync($"load {threads}");

    /// <summary>Ends them: how many rounds there were, and how many were wrong.</summary>
    public async Task<(long Rounds, long Wrong)> StopAsync()
    {
        var answer = (await AskAsync("stop")).Split(' ');
        return (long.Parse(answer[0], CultureInfo.InvariantCulture), long.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    void Read() => Hits += _probes?.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { }) ?? 0;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Leave();
        return target.DisposeAsync();
    }
}
