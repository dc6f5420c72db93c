// A package of npm, installed once into a cache outside the source tree: the programs of others that must understand what
// we write, and the servers that we must understand.
using System.Diagnostics;

namespace Scope.Testing;

/// <summary>Finds and installs packages of npm.</summary>
public static class NpmPackage
{
    /// <summary>The folder of a package, installed when it is not there yet. No script of the package is run.</summary>
    /// <exception cref="InvalidOperationException">npm is missing or could not install it.</exception>
    public static string Folder(string name, string version)
    {
        var cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "scope-tests", "npm", $"{name.Replace('/', '_')}@{version}");
        var folder = Path.Combine(cache, "node_modules", name);
        if (File.Exists(Path.Combine(folder, "package.json"))) return folder;
        Directory.CreateDirectory(cache);
        var npm = Process.Start(new ProcessStartInfo("npm", ["install", "--prefix", cache, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", $"{name}@{version}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = npm.StandardError.ReadToEndAsync();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        return npm.ExitCode == 0 ? folder : throw new InvalidOperationException($"npm could not install {name} {version}: {said.Result}");
    }
}
