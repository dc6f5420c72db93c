// The collector's assembly, from our own bytes to a file that the target can surely load. What the runtime cannot read, or
// reads otherwise than we think, ends the target; so the file is put where only we may write, under a name that holds the hash
// of its contents (two builds under one name end the target too), and read back the way the target will: through its own
// root, as its user.
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>The collector's file in a target's file system.</summary>
sealed partial class CollectorFile
{
    /// <summary>How the assembly is called before the hash.</summary>
    public const string NamePrefix = "Scope.Hooks.Probe.";

    const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const string Placeholder = "0000000000000000";

    readonly string _folder;

    CollectorFile(string folder, string path) => (_folder, Path) = (folder, path);

    /// <summary>Where it is, as the target sees it.</summary>
    public string Path { get; }

    /// <summary>Names an assembly by its contents: its bytes and its name; null when it is not the collector.</summary>
    public static (byte[] Bytes, string Name)? Named(ReadOnlySpan<byte> assembly)
    {
        var (bytes, name) = (assembly.ToArray(), NamePrefix + Convert.ToHexStringLower(SHA256.HashData(assembly))[..Placeholder.Length]);
        ReadOnlySpan<byte> from = Encoding.UTF8.GetBytes(NamePrefix + Placeholder), to = Encoding.UTF8.GetBytes(name);
        for (int at; (at = bytes.AsSpan().IndexOf(from)) >= 0;) to.CopyTo(bytes.AsSpan(at));
        return NameOf(bytes) == name ? (bytes, name) : null;
    }

    /// <summary>Puts it where the process can load it, and makes sure that it can. The folder's name ends in what is wanted, which the collector does before anybody can ask it.</summary>
    public static Attempt<CollectorFile> Place(int pid, (byte[] Bytes, string Name) assembly, HookFeatures wanted)
    {
        if (OperatingSystem.IsWindows()) return new AttachFailure(AttachReason.NotSupported, pid, "the collector shares memory as Linux does");
        var root = ProcessFacts.InOtherMountNamespace(pid) ? $"/proc/{pid}/root" : "";
        var temporary = ProcFs.Environment(pid)?.GetValueOrDefault("TMPDIR") is { Length: > 0 } own && Directory.Exists(root + own) ? own.TrimEnd('/') : "/tmp";
        var folder = $"{temporary}/scope-hooks-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-{(int)wanted:x}";
        var file = new CollectorFile(root + folder, $"{folder}/{assembly.Name}.dll");
        try
        {
            Directory.CreateDirectory(file._folder, Folder);
            File.SetUnixFileMode(file._folder, Folder); // Whatever our umask says.
            File.WriteAllBytes(root + file.Path, assembly.Bytes);
            File.SetUnixFileMode(root + file.Path, ReadOnly);
            if (ReadAsTarget(pid, file.Path) is { } seen && seen.AsSpan().SequenceEqual(assembly.Bytes)) return file;
            file.Remove();
            return new AttachFailure(AttachReason.NotSupported, pid, $"what we put into its {temporary} is not what it would read there as its own user");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Remove();
            return new AttachFailure(AttachReason.NotSupported, pid, $"the collector cannot be put where it could load it: {e.Message}");
        }
    }

    /// <summary>Removes it, which a target that has loaded it does not mind.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder was never made, or went with its namespace.
        }
    }

    static string? NameOf(byte[] assembly)
    {
        try
        {
            using var image = new PEReader(new MemoryStream(assembly));
            if (!image.HasMetadata) return null;
            var metadata = image.GetMetadataReader();
            return metadata.IsAssembly ? metadata.GetString(metadata.GetAssemblyDefinition().Name) : null;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    // The user by which this thread's accesses to files are judged, for the moment of one. Nothing in between may change thread.
    static byte[]? ReadAsTarget(int pid, string path)
    {
        var seen = $"/proc/{pid}/root{path}";
        if (ProcFs.OwnUid != 0 || ProcFs.EffectiveUid(pid) is not (> 0 and var uid) || ProcFs.EffectiveGid(pid) is not { } gid) return File.ReadAllBytes(seen);
        try
        {
            _ = SetGroup(gid);
            _ = SetUser(uid);
            return File.ReadAllBytes(seen);
        }
        finally
        {
            _ = SetUser(0);
            _ = SetGroup(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetUser(int uid);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetGroup(int gid);
}
