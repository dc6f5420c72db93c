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
    const int NestingDepth = 16; // Of types in types; more would be no file of a compiler's.

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

    (string Type, string Name)? NameOf(int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        if (handle.Kind == HandleKind.MethodSpecification) handle = _reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind == HandleKind.MethodDefinition && _reader.GetMethodDefinition((MethodDefinitionHandle)handle) is var defined)
            return (TypeName(defined.GetDeclaringType()), _reader.GetString(defined.Name));
        if (handle.Kind != HandleKind.MemberReference) return null;
        var member = _reader.GetMemberReference((MemberReferenceHandle)handle);
        return (TypeName(member.Parent), _reader.GetString(member.Name));
    }

    string TypeName(EntityHandle type, int depth = 0)
    {
        if (depth > NestingDepth) return "";
        switch (type.Kind)
        {
            case HandleKind.TypeDefinition:
                var defined = _reader.GetTypeDefinition((TypeDefinitionHandle)type);
                return Joined(defined.GetDeclaringType(), defined.Namespace, defined.Name, depth);
            case HandleKind.TypeReference:
                var referred = _reader.GetTypeReference((TypeReferenceHandle)type);
                return Joined(referred.ResolutionScope.Kind == HandleKind.TypeReference ? referred.ResolutionScope : default, referred.Namespace, referred.Name, depth);
            case HandleKind.TypeSpecification:
                // A generic type with its arguments: the type's own handle comes third.
                var signature = _reader.GetBlobReader(_reader.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
                return signature.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && signature.ReadCompressedInteger() > 0 ? TypeName(signature.ReadTypeHandle(), depth + 1) : "";
            default:
                return "";
        }
    }

    string Joined(EntityHandle outer, StringHandle space, StringHandle name, int depth) =>
        !outer.IsNil ? TypeName(outer, depth + 1) + "+" + _reader.GetString(name) : space.IsNil ? _reader.GetString(name) : _reader.GetString(space) + "." + _reader.GetString(name);

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

    static bool IsBroken(Exception e) => e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException or ArgumentException or OverflowException;
}
