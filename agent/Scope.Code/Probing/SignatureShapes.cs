// Decodes signatures of one module into shapes.
using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>Makes shapes of the types in a module's signatures.</summary>
/// <param name="code">The loaded modules.</param>
/// <param name="module">The module that the signatures stand in.</param>
sealed class SignatureShapes(LoadedCode code, ModuleMetadata module) : ISignatureTypeProvider<TypeShape, object?>
{
    const byte ValueType = 0x11; // ELEMENT_TYPE_VALUETYPE.

    /// <summary>The type of a field.</summary>
    public TypeShape OfField(FieldDefinitionHandle field) => module.Reader.GetFieldDefinition(field).DecodeSignature(this, null);

    /// <summary>The types of a method's parameters and what it returns.</summary>
    public MethodSignature<TypeShape> OfMethod(MethodDefinitionHandle method) => module.Reader.GetMethodDefinition(method).DecodeSignature(this, null);

    /// <summary>The types of a body's local variables.</summary>
    public ImmutableArray<TypeShape> OfLocals(MethodBodyBlock body) =>
        body.LocalSignature.IsNil ? [] : module.Reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);

    /// <summary>A type's own shape, its parameters standing for themselves.</summary>
    public TypeShape OfType(TypeDefinitionHandle type)
    {
        var definition = module.Reader.GetTypeDefinition(type);
        var shape = (NamedShape)Named(type, IsStruct(definition));
        return shape with { Arguments = [.. Enumerable.Range(0, definition.GetGenericParameters().Count).Select(i => (TypeShape)new ParameterShape(i, false))] };
    }

    /// <summary>A type by a handle of this module.</summary>
    public TypeShape OfHandle(EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeSpecification => module.Reader.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(this, null),
        HandleKind.TypeDefinition => OfType((TypeDefinitionHandle)type),
        _ => Named(type, code.Resolve(module, type) is { } defined && IsStruct(defined.Definition, defined.Module)),
    };

    bool IsStruct(TypeDefinition definition) => IsStruct(definition, module);

    // System.Enum derives from ValueType and is a class.
    static bool IsStruct(TypeDefinition definition, ModuleMetadata module) =>
        !definition.BaseType.IsNil && module.NameOf(definition.BaseType) switch { "System.Enum" => true, "System.ValueType" => !module.Reader.StringComparer.Equals(definition.Name, "Enum"), _ => false };

    TypeShape Named(EntityHandle handle, bool isStruct)
    {
        var name = WrittenName.Of(module.NameOf(handle), "").Type;
        return new NamedShape(name[(name.LastIndexOf('.') + 1)..], code.Resolve(module, handle), isStruct, []);
    }

    /// <inheritdoc/>
    public TypeShape GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Named(handle, rawTypeKind == ValueType || rawTypeKind == 0 && IsStruct(reader.GetTypeDefinition(handle)));

    /// <inheritdoc/>
    public TypeShape GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Named(handle, rawTypeKind == ValueType);

    /// <inheritdoc/>
    public TypeShape GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => OfHandle(handle);

    /// <inheritdoc/>
    public TypeShape GetPrimitiveType(PrimitiveTypeCode typeCode) => new PrimitiveShape(typeCode);

    /// <inheritdoc/>
    public TypeShape GetGenericInstantiation(TypeShape genericType, ImmutableArray<TypeShape> typeArguments) =>
        genericType is NamedShape named ? named with { Arguments = typeArguments, Name = $"{named.Name}<{string.Join(", ", typeArguments.Select(a => a.Name))}>" } : genericType;

    /// <inheritdoc/>
    public TypeShape GetSZArrayType(TypeShape elementType) => new Probing.ArrayShape(elementType, 1);

    TypeShape IConstructedTypeProvider<TypeShape>.GetArrayType(TypeShape elementType, System.Reflection.Metadata.ArrayShape shape) => new Probing.ArrayShape(elementType, shape.Rank);

    /// <inheritdoc/>
    public TypeShape GetByReferenceType(TypeShape elementType) => new PlaceShape(elementType);

    /// <inheritdoc/>
    public TypeShape GetGenericTypeParameter(object? genericContext, int index) => new ParameterShape(index, false);

    /// <inheritdoc/>
    public TypeShape GetGenericMethodParameter(object? genericContext, int index) => new ParameterShape(index, true);

    /// <inheritdoc/>
    public TypeShape GetPinnedType(TypeShape elementType) => elementType;

    /// <inheritdoc/>
    public TypeShape GetModifiedType(TypeShape modifier, TypeShape unmodifiedType, bool isRequired) => unmodifiedType;

    /// <inheritdoc/>
    public TypeShape GetPointerType(TypeShape elementType) => new OpaqueShape(elementType.Name + "*");

    /// <inheritdoc/>
    public TypeShape GetFunctionPointerType(MethodSignature<TypeShape> signature) => new OpaqueShape("function pointer");
}
