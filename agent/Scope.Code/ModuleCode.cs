// The IL of one module's methods, by their tokens, read from its file. What somebody wrote as one method may be several for
// the runtime: an async method's code is in its state machine, so both bodies are told.
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Scope.Events;

namespace Scope.Code;

/// <summary>Reads the methods of one module. For one thread at a time.</summary>
public sealed class ModuleCode : IDisposable
{
    readonly PEReader _image;
    readonly MetadataReader _reader;
    ILookup<string, TypeDefinitionHandle>? _defined, _derived;

    ModuleCode(PEReader image) => (_image, _reader) = (image, image.GetMetadataReader());

    /// <summary>Opens a module's file; null when it cannot be read or holds no code of .NET.</summary>
    public static ModuleCode? Open(string path)
    {
        PEReader? image = null;
        try
        {
            if (new FileInfo(path).Length is <= 0 or > Limits.TargetImageBytes) return null;
            image = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            if (image.HasMetadata) return new(image);
        }
        catch (Exception e) when (IsBroken(e)) { }
        image?.Dispose();
        return null;
    }

    /// <summary>The bodies of a method as written: its own and that of its state machine; none when there is no such method.</summary>
    public IReadOnlyList<IlBody> BodiesOf(int token) => Try(() =>
    {
        var bodies = new List<IlBody>();
        if (!IsMethod(token, out var handle)) return bodies;
        Add(bodies, handle);
        var method = _reader.GetMethodDefinition(handle);
        var machine = $"<{_reader.GetString(method.Name)}>d";
        foreach (var nested in _reader.GetTypeDefinition(method.GetDeclaringType()).GetNestedTypes())
            if (_reader.StringComparer.StartsWith(_reader.GetTypeDefinition(nested).Name, machine))
                foreach (var inner in _reader.GetTypeDefinition(nested).GetMethods().Where(inner => _reader.StringComparer.Equals(_reader.GetMethodDefinition(inner).Name, "MoveNext")))
                    Add(bodies, inner);
        return bodies;
    }) ?? [];

    /// <summary>The methods of this module that a call of a type's method may run: the method itself, of all overloads; where it is abstract or of another module, those of the types that derive from it or implement it.</summary>
    public IReadOnlyList<(int Token, string Type, string Name)> TargetsOf(string type, string method) => Try(() =>
    {
        _defined ??= ByName();
        _derived ??= ByBase();
        var own = _defined[type].SelectMany(defined => Methods(defined, method)).Where(handle => (_reader.GetMethodDefinition(handle).Attributes & MethodAttributes.Abstract) == 0).ToList();
        return (own.Count > 0 ? own : _derived[type].SelectMany(derived => Methods(derived, method))).Select(Told).ToList();
    }) ?? [];

    /// <inheritdoc/>
    public void Dispose() => _image.Dispose();

    IEnumerable<MethodDefinitionHandle> Methods(TypeDefinitionHandle type, string name) =>
        _reader.GetTypeDefinition(type).GetMethods().Where(handle => _reader.StringComparer.Equals(_reader.GetMethodDefinition(handle).Name, name));

    ILookup<string, TypeDefinitionHandle> ByName() => _reader.TypeDefinitions.ToLookup(type => TypeName(type));

    ILookup<string, TypeDefinitionHandle> ByBase() => _reader.TypeDefinitions.SelectMany(type => BasesOf(type).Select(name => (name, type))).ToLookup(entry => entry.name, entry => entry.type);

    IEnumerable<string> BasesOf(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil) yield return TypeName(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations()) yield return TypeName(_reader.GetInterfaceImplementation(implemented).Interface);
    }

    (int, string, string) Told(MethodDefinitionHandle handle) =>
        (MetadataTokens.GetToken(handle), TypeName(_reader.GetMethodDefinition(handle).GetDeclaringType()), _reader.GetString(_reader.GetMethodDefinition(handle).Name));

    void Add(List<IlBody> bodies, MethodDefinitionHandle handle)
    {
        if (_reader.GetMethodDefinition(handle).RelativeVirtualAddress is var at and not 0) bodies.Add(IlBody.Read(_image.GetMethodBody(at).GetILReader(), NameOf));
    }

    bool IsMethod(int token, out MethodDefinitionHandle handle)
    {
        handle = default;
        if (token >> 24 != (int)TableIndex.MethodDef || (token & 0xFFFFFF) is var row && (row == 0 || row > _reader.MethodDefinitions.Count)) return false;
        handle = MetadataTokens.MethodDefinitionHandle(row);
        return true;
    }

    (string Type, string Name)? NameOf(int token) => NameOf(_reader, token);

    /// <summary>The type and name of a method by its token in some metadata; null when it is none.</summary>
    internal static (string Type, string Name)? NameOf(MetadataReader reader, int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        if (handle.Kind == HandleKind.MethodSpecification) handle = reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind == HandleKind.MethodDefinition && reader.GetMethodDefinition((MethodDefinitionHandle)handle) is var defined)
            return (TypeNames.Of(reader, defined.GetDeclaringType()), reader.GetString(defined.Name));
        if (handle.Kind != HandleKind.MemberReference) return null;
        var member = reader.GetMemberReference((MemberReferenceHandle)handle);
        return (TypeNames.Of(reader, member.Parent), reader.GetString(member.Name));
    }

    string TypeName(EntityHandle type) => TypeNames.Of(_reader, type);

    // A damaged file tells nothing; it is the target's, and may be anything.
    static T? Try<T>(Func<T> read) where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsBroken(e))
        {
            return null;
        }
    }

    /// <summary>Whether an exception says no more than that a file is damaged or cannot be read.</summary>
    internal static bool IsBroken(Exception e) => e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException or ArgumentException or OverflowException;
}
