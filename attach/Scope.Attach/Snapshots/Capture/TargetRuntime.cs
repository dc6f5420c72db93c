// A runtime as ClrMD understands it, over a live process or a copy. What is needed for that is the runtime's own data
// access library of exactly its version, which lies beside it, or in an installed runtime of the version; we never
// download one.
using Microsoft.Diagnostics.Runtime;
using Scope.Attach.Port;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>A runtime that can be asked.</summary>
sealed class TargetRuntime : IDisposable
{
    const string LibraryName = "libmscordaccore.so";

    readonly DataTarget _target;

    TargetRuntime(DataTarget target, TargetReader reader, ClrRuntime runtime) => (_target, Reader, Runtime) = (target, reader, runtime);

    /// <summary>Its memory.</summary>
    public TargetReader Reader { get; }

    /// <summary>What ClrMD knows of it.</summary>
    public ClrRuntime Runtime { get; }

    /// <summary>Opens the runtime in some memory, which it then owns.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="reader">Its memory.</param>
    /// <param name="version">The runtime's version as its diagnostics port or its path tells it, "10.0.12"; "" when not known.</param>
    public static Attempt<TargetRuntime> Open(int pid, TargetReader reader, string version)
    {
        // A program that the runtime is linked into is only recognised by a thorough look.
        var target = new DataTarget(reader, new DataTargetOptions { ForceCompleteRuntimeEnumeration = true, SymbolPaths = [], Limits = new() });
        try
        {
            if (target.ClrVersions.FirstOrDefault() is not { } runtime)
                return Fail(target, reader, new(AttachReason.NotSupported, pid, $"no runtime is recognised in the memory of process {pid}: it is still starting, ended, or of a sort that snapshots cannot read (such as Native AOT)"));
            if (LibraryFor(pid, runtime, version) is not { } library)
                return Fail(target, reader, new(AttachReason.NotSupported, pid, $"process {pid} runs .NET {(version.Length > 0 ? version : "of an unknown version")} without its {LibraryName} beside it, and none is installed here: install that runtime version (dotnet-install --runtime dotnet --version {version}), or take --level dump"));
            return new TargetRuntime(target, reader, runtime.CreateRuntime(library, ignoreMismatch: true));
        }
        catch (Exception e) when (e is ClrDiagnosticsException or InvalidOperationException or IOException)
        {
            return Fail(target, reader, new(AttachReason.BadReply, pid, $"the runtime of process {pid} cannot be read: {e.Message}; it may have been changing its own tables, so try again"));
        }
    }

    static AttachFailure Fail(DataTarget target, TargetReader reader, AttachFailure failure)
    {
        target.Dispose();
        reader.Dispose();
        return failure;
    }

    static string? LibraryFor(int pid, ClrInfo runtime, string version)
    {
        var beside = Path.GetDirectoryName(runtime.ModuleInfo.FileName) ?? "";
        if (beside.Length > 0 && version.Length == 0) version = Path.GetFileName(beside);
        var own = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] folders =
        [
            $"/proc/{pid}/root{beside}", beside,
            .. version.Length == 0 ? (string[])[] :
            [
                Path.Combine(Path.GetDirectoryName(own) ?? "", version), $"/usr/share/dotnet/shared/Microsoft.NETCore.App/{version}", $"/usr/lib/dotnet/shared/Microsoft.NETCore.App/{version}",
                $"{home}/.dotnet/shared/Microsoft.NETCore.App/{version}", $"{home}/.nuget/packages/microsoft.netcore.app.runtime.linux-x64/{version}/runtimes/linux-x64/native",
            ],
        ];
        return folders.Select(f => Path.Combine(f, LibraryName)).FirstOrDefault(File.Exists);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runtime.Dispose();
        _target.Dispose();
        Reader.Dispose();
    }
}
