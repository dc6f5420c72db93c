// Methods of a built assembly by their names, and where their lines begin: what a probe is ordered by.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace Scope.Testing;

/// <summary>The methods of an assembly's file.</summary>
public sealed class MethodTokens : IDisposable
{
    readonly PEReader _file;
    readonly MetadataReader _metadata;

    /// <summary>Opens an assembly.</summary>
    public MethodTokens(string path)
    {
        Path = path;
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        Module = _metadata.GetGuid(_metadata.GetModuleDefinition().Mvid);
    }

    /// <summary>Opens an assembly of the runtime that we run on ourselves.</summary>
    /// <param name="name">Its framework and its name: Microsoft.NETCore.App/System.Text.Json.</param>
    public static MethodTokens OfRuntime(string name)
    {
        var folder = System.IO.Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var (framework, file) = (name.Split('/')[0], name.Split('/')[1]);
        return new(System.IO.Path.Combine(folder, "../..", framework, System.IO.Path.GetFileName(folder), file + ".dll"));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The module's version id.</summary>
    public Guid Module { get; }

    /// <summary>All methods with a body: the type without its namespace, nested ones with a plus, a dot, the name.</summary>
    public IEnumerable<(string Name, uint Token)> All =>
        from handle in _metadata.MethodDefinitions
        let definition = _metadata.GetMethodDefinition(handle)
        where definition.RelativeVirtualAddress != 0
        select (FullName(definition), (uint)MetadataTokens.GetToken(handle));

    /// <summary>The token of a method, the first of its name; with a body or not.</summary>
    public uint this[string type, string method] =>
        (from handle in _metadata.MethodDefinitions
         where FullName(_metadata.GetMethodDefinition(handle)) == $"{type}.{method}"
         select (uint?)MetadataTokens.GetToken(handle)).FirstOrDefault() ?? throw new InvalidOperationException($"{Path} has no {type}.{method}");

    /// <summary>A method's body.</summary>
    public MethodBodyBlock Body(uint token) => _file.GetMethodBody(Definition(token).RelativeVirtualAddress);

    /// <summary>A method's body as it lies in the file, with its header and clauses.</summary>
    public byte[] BodyBytes(uint token)
    {
        int at = Definition(token).RelativeVirtualAddress;
        return [.. _file.GetSectionData(at).GetContent(0, _file.GetMethodBody(at).Size)];
    }

    /// <summary>A method's signature.</summary>
    public byte[] Signature(uint token) => _metadata.GetBlobBytes(Definition(token).Signature);

    /// <summary>The signature of a body's local variables; empty without any.</summary>
    public byte[] Locals(MethodBodyBlock body) => body.LocalSignature.IsNil ? [] : _metadata.GetBlobBytes(_metadata.GetStandaloneSignature(body.LocalSignature).Signature);

    /// <summary>The IL offset where the statement begins that stands on a line with the text.</summary>
    public uint Line(string type, string method, string text)
    {
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(System.IO.Path.ChangeExtension(Path, ".pdb")));
        var reader = symbols.GetMetadataReader();
        var points = reader.GetMethodDebugInformation(Handle(this[type, method])).GetSequencePoints().Where(p => !p.IsHidden);
        return (uint)points.First(p => File.ReadAllLines(Here(reader.GetString(reader.GetDocument(p.Document).Name)))[(p.StartLine - 1)..p.EndLine].Any(line => line.Contains(text, StringComparison.Ordinal))).Offset;
    }

    // A build for CI leaves the machine's own folders out of its symbols.
    static string Here(string path) => path.StartsWith("/_/", StringComparison.Ordinal) ? System.IO.Path.Combine(Checkout.Root, path[3..]) : path;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    MethodDefinition Definition(uint token) => _metadata.GetMethodDefinition(Handle(token));

    static MethodDefinitionHandle Handle(uint token) => (MethodDefinitionHandle)MetadataTokens.EntityHandle((int)token);

    string FullName(MethodDefinition method) => $"{Name(method.GetDeclaringType())}.{_metadata.GetString(method.Name)}";

    string Name(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        string name = _metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{Name(outer)}+{name}" : name;
    }
}
