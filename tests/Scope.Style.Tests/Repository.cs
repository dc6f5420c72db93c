// The repository's files: those that git tracks, or all but build output where there is no git.
using System.Diagnostics;

namespace Scope.Style.Tests;

/// <summary>A file, by its path from the root with forward slashes.</summary>
sealed record SourceFile(string Path)
{
    readonly Lazy<string> _text = new(() => File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path)));

    public string Text => _text.Value;

    public string[] Lines => Text.Split('\n');

    public string Name => System.IO.Path.GetFileName(Path);
}

static class Repository
{
    static readonly string[] ProductFolders = ["agent/", "attach/", "store/", "reports/", "profiler-hooks/"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Tracked().Where(p => File.Exists(Path.Combine(Root, p))).Order(StringComparer.Ordinal).Select(p => new SourceFile(p))];

    /// <summary>The C# files that users run.</summary>
    public static IReadOnlyList<SourceFile> Product { get; } = [.. Files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal) && IsProduct(f))];

    /// <summary>The project files of the product.</summary>
    public static IReadOnlyList<SourceFile> ProductProjects { get; } = [.. Files.Where(f => f.Path.EndsWith(".csproj", StringComparison.Ordinal) && IsProduct(f))];

    public static SourceFile? Find(string path) => Files.FirstOrDefault(f => f.Path == path);

    static bool IsProduct(SourceFile file) => ProductFolders.Any(f => file.Path.StartsWith(f, StringComparison.Ordinal));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"no Directory.Packages.props above {AppContext.BaseDirectory}");
    }

    static IEnumerable<string> Tracked()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            if (git.ExitCode == 0 && files.Length > 0) return files;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git: an unpacked copy of the source.
        }
        return Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p).Replace('\\', '/'))
            .Where(p => !p.Split('/').Any(part => part is "bin" or "obj" or ".git" or "node_modules"));
    }
}
