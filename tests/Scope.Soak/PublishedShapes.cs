// The target of shapes as people ship programs: in one file with its runtime, that and trimmed, and beside its runtime with all
// code compiled ahead. Published into a folder of its own, so that nothing of the checkout changes.
using Scope.Testing;

namespace Scope.Soak;

/// <summary>A way to publish.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Options">What dotnet publish is told.</param>
/// <param name="IsTrimmed">Whether its assemblies are others than those that were built.</param>
sealed record PublishedShapes(string Name, string[] Options, bool IsTrimmed = false)
{
    const string Project = "Scope.Targets.Shapes", Runtime = "linux-x64", Framework = "net10.0";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedShapes> All { get; } =
    [
        new("a single file with its runtime", ["--self-contained", "-p:PublishSingleFile=true"]),
        new("a single file, trimmed", ["--self-contained", "-p:PublishSingleFile=true", "-p:PublishTrimmed=true", "-p:SuppressTrimAnalysisWarnings=true"], IsTrimmed: true),
        new("with its runtime, compiled ahead", ["--self-contained", "-p:PublishReadyToRun=true"]),
    ];

    /// <summary>Publishes it; gives the program, and the assembly that its methods are found in.</summary>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    public async Task<(string Program, string Assembly)> PublishAsync(string folder)
    {
        string[] told = ["publish", Path.Combine(Checkout.Root, "tests/Targets", Project), "-c", "Release", "-r", Runtime, "--artifacts-path", folder, "-p:NuGetLockFilePath=" + Path.Combine(folder, "packages.lock.json"), "-v", "q", "--nologo", .. Options];
        var ended = await ChildProcess.RunAsync("dotnet", told, Patience);
        var published = Path.Combine(folder, "publish", Project, $"release_{Runtime}", Project);
        if (ended.ExitCode != 0 || !File.Exists(published)) throw new InvalidOperationException($"{Name} could not be published: {ended.Output}{ended.Errors}");
        var built = Path.Combine(folder, "obj", Project, $"release_{Runtime}");
        return (published, IsTrimmed ? Path.Combine(built, "linked", Project + ".dll") : Options.Contains("-p:PublishReadyToRun=true") ? published + ".dll" : Path.Combine(built, Project + ".dll"));
    }
}
