// Whose code a module is. In the order of how well they know: the folder of a shared framework, the program's own
// deps.json, the package cache, the entry assembly's name, and names that everybody knows.
using System.Collections.Concurrent;
using Scope.Events;

namespace Scope.Code;

/// <summary>Tells the application's modules from packages and from the framework. Safe for any number of threads; files are read once.</summary>
public sealed class ModuleOrigins(TargetFiles files)
{
    const int DepsFilesInFolder = 16; // Beside a program with plug-ins lie a handful; hundreds would be no program's folder.

    readonly ConcurrentDictionary<(int Pid, string Folder), IReadOnlyList<DepsJson>> _depsByFolder = new();

    /// <summary>Whose code a module of a target is.</summary>
    public CodeOrigin OriginOf(ModuleInfo module, TargetInfo target)
    {
        if (module.IsDynamic) return CodeOrigin.Dynamic;
        if (ByFolder(module.Path) is { } byFolder) return byFolder;
        if (ByDeps(module, target) is { } byDeps) return byDeps;
        if (module.Name.Equals(target.ApplicationModule, StringComparison.OrdinalIgnoreCase)) return CodeOrigin.Application;
        return WellKnownNames.OriginOf(module.Name) ?? CodeOrigin.Application;
    }

    static CodeOrigin? ByFolder(string path)
    {
        var unix = path.Replace('\\', '/');
        // dotnet/shared/Microsoft.NETCore.App/10.0.1/…: a framework's name, then a version.
        if (unix.Contains("/shared/Microsoft.", StringComparison.OrdinalIgnoreCase) && unix.Contains(".App/", StringComparison.OrdinalIgnoreCase)) return CodeOrigin.Framework;
        if (unix.Contains("/.nuget/packages/", StringComparison.OrdinalIgnoreCase) || unix.Contains("/dotnet/store/", StringComparison.OrdinalIgnoreCase)) return CodeOrigin.ThirdParty;
        return null;
    }

    CodeOrigin? ByDeps(ModuleInfo module, TargetInfo target)
    {
        var folder = Path.GetDirectoryName(module.Path) ?? "";
        if (folder.Length == 0) return null;
        foreach (var deps in _depsByFolder.GetOrAdd((target.Pid, folder), key => ReadFolder(key.Pid, key.Folder)))
            if (deps.OriginOf(module.Name) is { } origin)
                return origin;
        return null;
    }

    IReadOnlyList<DepsJson> ReadFolder(int pid, string folder)
    {
        var found = new List<DepsJson>();
        foreach (var path in files.InFolder(pid, folder, ".deps.json", DepsFilesInFolder))
            if (TargetFiles.Read(path, Limits.TargetTextBytes) is { IsRead: true } content && DepsJson.Read(content.Bytes, out _) is { } deps)
                found.Add(deps);
        return found;
    }
}
