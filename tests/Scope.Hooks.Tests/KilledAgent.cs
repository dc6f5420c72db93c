// An agent of its own process, so that it can be killed: attaches, does what it is to do, and knows nothing of its end.
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

static class KilledAgent
{
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    /// <summary>Starts one.</summary>
    /// <param name="pid">The target.</param>
    /// <param name="what">A silence in milliseconds, to attach and give signs of life; the path of an assembly, to probe its methods over and over.</param>
    public static ChildProcess Start(int pid, string what) => ChildProcess.Start("dotnet", ["exec", typeof(KilledAgent).Assembly.Location, pid.ToString(), what]);

    static async Task<int> Main(string[] arguments)
    {
        int pid = int.Parse(arguments[0]);
        Console.WriteLine("attaching");
        if (!uint.TryParse(arguments[1], out uint silenceMillis))
            await ProbeAsync(pid, arguments[1]);
        using var region = await NativeAttachment.AttachAsync(pid, nonce: 99, silenceMillis);
        Console.WriteLine("attached");
        for (; ; )
        {
            region.Native.Beat();
            await Task.Delay(50);
        }
    }

    static async Task ProbeAsync(int pid, string assembly)
    {
        using var methods = new MethodTokens(assembly);
        using var probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(pid))).Value;
        Console.WriteLine("attached");
        for (uint next = 1; ;)
        {
            ProbeOrder[] orders = [.. methods.All.Where(m => !m.Name.StartsWith("Program.", StringComparison.Ordinal)).Select(m => new ProbeOrder(next++, methods.Module, m.Token, Timing))];
            if (await probes.ArmAsync(orders) is { } refused)
                throw new InvalidOperationException(refused.Message);
            probes.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
            await probes.DisarmAllAsync();
        }
    }
}
