// A real .NET process for a test: started, told what to do, killed at the end.
using System.Diagnostics;

namespace Scope.Attach.Tests;

sealed class IdleTarget : IDisposable
{
    readonly Process _process;
    bool _disposed;

    IdleTarget(Process process) => _process = process;

    public int Pid => _process.Id;

    public Process Process => _process;

    /// <summary>Where the program lies: beside the tests, in the same configuration.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "Targets", "Scope.Targets.Idle",
        "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Scope.Targets.Idle.dll"));

    /// <summary>Starts it; with no waiting it may be suspended at its very start.</summary>
    public static async Task<IdleTarget> StartAsync(IReadOnlyDictionary<string, string>? environment = null, bool waitUntilReady = true, params string[] through)
    {
        string[] command = [.. through, Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", Program, "--password=hunter2"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var target = new IdleTarget(Process.Start(start)!);
        if (waitUntilReady) (await target.ReadLineAsync()).ShouldBe("ready");
        return target;
    }

    /// <summary>Tells it to do something and waits until it has.</summary>
    public async Task DoAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        (await ReadLineAsync()).ShouldBe($"done {command}");
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
