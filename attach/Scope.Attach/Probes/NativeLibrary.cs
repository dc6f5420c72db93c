// The library that the target's runtime loads for probes: where it is, and how a target that sees another file system gets it.
using System.Security.Cryptography;
using Scope.Attach.Port;
using Scope.Attach.Processes;

namespace Scope.Attach.Probes;

/// <summary>The library's file, as a target sees it; a copy in the target's own file system is removed when disposed, which a target that has loaded it does not mind.</summary>
public sealed class NativeLibrary : IDisposable
{
    const string FileName = "libscope-native.so", BuiltIn = "profiler-hooks/Scope.Hooks.Native/bin";
    const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly string? _folder;

    NativeLibrary(string path, string? folder = null) => (Path, _folder) = (path, folder);

    /// <summary>Where it is, as the target sees it.</summary>
    public string Path { get; }

    /// <summary>Where we have it: beside the program, or where scripts/build-native leaves it; null when it was not built.</summary>
    public static string? Find()
    {
        var beside = System.IO.Path.Combine(AppContext.BaseDirectory, FileName);
        if (File.Exists(beside)) return beside;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, BuiltIn, FileName) is var built && File.Exists(built))
                return built;
        return null;
    }

    /// <summary>Makes it loadable for a process.</summary>
    public static Attempt<NativeLibrary> For(int pid)
    {
        if (Find() is not { } library) return new AttachFailure(AttachReason.NotSupported, pid, "the library that probes need was not built: run scripts/build-native (it needs g++); everything but probes works without it");
        if (OperatingSystem.IsWindows()) return new AttachFailure(AttachReason.NotSupported, pid, "probes share memory as Linux does");
        if (!ProcessFacts.InOtherMountNamespace(pid)) return new NativeLibrary(library);
        var (root, folder) = ($"/proc/{pid}/root", $"/tmp/scope-native-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        try
        {
            Directory.CreateDirectory(root + folder, Shared | UnixFileMode.UserWrite);
            File.Copy(library, $"{root}{folder}/{FileName}");
            File.SetUnixFileMode($"{root}{folder}/{FileName}", Shared);
            return new NativeLibrary($"{folder}/{FileName}", root + folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new AttachFailure(AttachReason.NotSupported, pid, $"the library that probes need cannot be put into the target's own /tmp: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (_folder is not null) Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went with its namespace.
        }
    }
}
