// One loaded module of a target, read from its file: what it defines, the IL of its methods, and its PDB. Opened when first
// needed; a search over names touches no more than the metadata.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>A module's metadata, IL and PDB. For one thread at a time.</summary>
public sealed class ModuleMetadata : IDisposable
{
    readonly PEReader _image;
    readonly Func<PortablePdb?> _openPdb;
    PortablePdb? _pdb;
    bool _pdbLooked;

    ModuleMetadata(ModuleInfo info, PEReader image, Func<PortablePdb?> openPdb) =>
        (Info, _image, _openPdb, Reader) = (info, image, openPdb, image.GetMetadataReader());

    /// <summary>The module as the target has it.</summary>
    public ModuleInfo Info { get; }

    /// <summary>Its metadata.</summary>
    public MetadataReader Reader { get; }

    /// <summary>Its version id: what tells a file that was replaced since it was loaded.</summary>
    public Guid Mvid => Reader.GetGuid(Reader.GetModuleDefinition().Mvid);

    /// <summary>Its PDB; null when there is none that fits.</summary>
    public PortablePdb? Pdb
    {
        get
        {
            if (!_pdbLooked) (_pdb, _pdbLooked) = (_openPdb(), true);
            return _pdb;
        }
    }

    /// <summary>Opens a module; null when its file is not at hand or is none of .NET.</summary>
    public static ModuleMetadata? Open(ModuleInfo info, TargetInfo target, TargetFiles files)
    {
        if (info.IsDynamic) return null;
        if (!Path.IsPathRooted(info.Path)) return OpenInProgram(info, target, files);
        if (files.Find(target.Pid, info.Path) is not { } path) return null;
        PEReader? image = null;
        try
        {
            if (new FileInfo(path).Length is <= 0 or > Limits.TargetImageBytes) return null;
            image = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            if (image.HasMetadata) return new(info, image, () => PortablePdb.Open(path, out _));
        }
        catch (Exception e) when (ModuleCode.IsBroken(e)) { }
        image?.Dispose();
        return null;
    }

    // Its PDB is in it, or lies beside the program as it would beside itself.
    static ModuleMetadata? OpenInProgram(ModuleInfo info, TargetInfo target, TargetFiles files)
    {
        if (SingleFileProgram.Read($"/proc/{target.Pid}/exe", info.Path) is not { } bytes) return null;
        var image = new PEReader(new MemoryStream(bytes));
        try
        {
            if (image.HasMetadata) return new(info, image, () => PortablePdb.Open(new MemoryStream(bytes), PathIn(target, files, info.Path), out _));
        }
        catch (Exception e) when (ModuleCode.IsBroken(e)) { }
        image.Dispose();
        return null;
    }

    static string PathIn(TargetInfo target, TargetFiles files, string name) =>
        files.Find(target.Pid, new FileInfo($"/proc/{target.Pid}/exe").LinkTarget ?? "") is { } program ? Path.Combine(Path.GetDirectoryName(program)!, name) : name;

    /// <summary>The IL of a method; null when it has none.</summary>
    public MethodBodyBlock? BodyOf(MethodDefinitionHandle method) =>
        Reader.GetMethodDefinition(method).RelativeVirtualAddress is var at and not 0 ? _image.GetMethodBody(at) : null;

    /// <summary>A type's name, nested types with '+'.</summary>
    public string NameOf(EntityHandle type) => TypeNames.Of(Reader, type);

    /// <summary>The type and name of a method by its token in this module; null when it is none.</summary>
    public (string Type, string Name)? MethodNameOf(int token) => ModuleCode.NameOf(Reader, token);

    /// <summary>The type and name of a field by its token in this module; null when it is none.</summary>
    public (string Type, string Name)? FieldNameOf(int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        if (handle.Kind == HandleKind.FieldDefinition && Reader.GetFieldDefinition((FieldDefinitionHandle)handle) is var defined) return (NameOf(defined.GetDeclaringType()), Reader.GetString(defined.Name));
        if (handle.Kind != HandleKind.MemberReference) return null;
        var member = Reader.GetMemberReference((MemberReferenceHandle)handle);
        return (NameOf(member.Parent), Reader.GetString(member.Name));
    }

    /// <summary>A method's metadata token.</summary>
    public static int TokenOf(MethodDefinitionHandle method) => MetadataTokens.GetToken(method);

    /// <inheritdoc/>
    public void Dispose()
    {
        _image.Dispose();
        _pdb?.Dispose();
    }
}
