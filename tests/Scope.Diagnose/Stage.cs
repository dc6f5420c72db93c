// Everything that a case needs, as processes: database, partner, burners, the scene itself, and its load. All of it is gone
// on dispose, whatever happened.
using System.Text.RegularExpressions;
using Scope.Testing;

namespace Scope.Diagnose;

/// <summary>A case's processes.</summary>
sealed partial class Stage : IAsyncDisposable
{
    readonly Stack<IAsyncDisposable> _parts = new();
    CpuGroup? _group;

    /// <summary>The scene; where it is recorded from its start, scope-attach with the scene in it.</summary>
    public TargetProcess Target { get; private set; } = null!;

    /// <summary>The load on it.</summary>
    public SceneLoad Load { get; private set; } = null!;

    /// <summary>Builds it all up and begins to send.</summary>
    /// <param name="one">The case.</param>
    /// <param name="recorder">The command that the scene's own is put behind: scope-attach run, or nothing.</param>
    public static async Task<Stage> SetAsync(Case one, string[] recorder)
    {
        var stage = new Stage();
        try
        {
            List<string> arguments = ["--scene", one.Scene, "--port", "0", .. one.Arguments];
            if (one.Database)
                arguments.AddRange(["--postgres", stage.Kept(await PostgresServer.StartAsync()).ConnectionString]);
            if (one.Partner)
                arguments.AddRange(await stage.PartnerAsync());
            await stage.StartTargetAsync(one, recorder, arguments);
            for (int i = 0; i < one.Burners; i++)
                stage.Kept(ChildProcess.Start("/bin/sh", ["-c", "ulimit -t 60; exec yes > /dev/null"]));
            stage.Load = stage.Kept(new SceneLoad(stage.Target.Url, one.Load));
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _group?.Dispose();
    }

    async Task StartTargetAsync(Case one, string[] recorder, List<string> arguments)
    {
        string[] command = [.. recorder, Checkout.Program("tests/Targets/Scope.Targets.Scenes"), .. arguments];
        if (one.Cores > 0)
        {
            _group = CpuGroup.TryMake(one.Cores, out string problem) ?? throw new NotPossibleException(problem);
            command = ["/bin/sh", .. _group.Command(command[0], command[1..])];
        }
        Target = Kept(await TargetProcess.StartAsync(command[0], command[1..], one.Environment));
    }

    async Task<string[]> PartnerAsync()
    {
        var partner = Kept(await TargetProcess.StartAsync("Scenes", "--scene", "partner"));
        return ["--partner", partner.Url, "--partner-tls", SecureUrl().Match(partner.Process.Output).Value];
    }

    T Kept<T>(T part) where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    [GeneratedRegex(@"https://\S+")]
    private static partial Regex SecureUrl();
}

/// <summary>This machine cannot run the case.</summary>
sealed class NotPossibleException(string message) : Exception(message);
