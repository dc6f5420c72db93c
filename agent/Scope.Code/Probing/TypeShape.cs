// The type of a parameter, local or field, as its signature says it and as far as reading a value needs it: what it is, whether
// a reference or the thing itself lies there, and what its generic parameters stand for.
using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>A type in a signature.</summary>
/// <param name="Name">Its name for people.</param>
public abstract record TypeShape(string Name)
{
    /// <summary>Whether a reference to an object lies where the value is.</summary>
    public virtual bool IsReference => false;

    /// <summary>The shape with generic parameters replaced by what they stand for.</summary>
    public virtual TypeShape With(GenericArguments arguments) => this;
}

/// <summary>What the generic parameters of a type and a method stand for; where nobody knows, they stay parameters.</summary>
/// <param name="OfType">Those of the type.</param>
/// <param name="OfMethod">Those of the method.</param>
public readonly record struct GenericArguments(ImmutableArray<TypeShape> OfType, ImmutableArray<TypeShape> OfMethod)
{
    /// <summary>None.</summary>
    public static GenericArguments None => new([], []);
}

/// <summary>A type that the runtime itself knows: numbers, bool, char, string, object.</summary>
/// <param name="Code">Which.</param>
public sealed record PrimitiveShape(PrimitiveTypeCode Code) : TypeShape(WordOf(Code))
{
    /// <inheritdoc/>
    public override bool IsReference => Code is PrimitiveTypeCode.String or PrimitiveTypeCode.Object;

    static string WordOf(PrimitiveTypeCode code) => code switch
    {
        PrimitiveTypeCode.Boolean => "bool", PrimitiveTypeCode.Byte => "byte", PrimitiveTypeCode.SByte => "sbyte", PrimitiveTypeCode.Char => "char",
        PrimitiveTypeCode.Int16 => "short", PrimitiveTypeCode.UInt16 => "ushort", PrimitiveTypeCode.Int32 => "int", PrimitiveTypeCode.UInt32 => "uint",
        PrimitiveTypeCode.Int64 => "long", PrimitiveTypeCode.UInt64 => "ulong", PrimitiveTypeCode.Single => "float", PrimitiveTypeCode.Double => "double",
        PrimitiveTypeCode.IntPtr => "nint", PrimitiveTypeCode.UIntPtr => "nuint", PrimitiveTypeCode.String => "string", PrimitiveTypeCode.Object => "object",
        PrimitiveTypeCode.Void => "void", _ => "TypedReference",
    };
}

/// <summary>A class, struct, enum or interface.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Where it is defined; null when its module is not loaded.</param>
/// <param name="IsStruct">Whether the thing itself lies there.</param>
/// <param name="Arguments">Its generic arguments.</param>
public sealed record NamedShape(string Name, DefinedType? Definition, bool IsStruct, ImmutableArray<TypeShape> Arguments) : TypeShape(Name)
{
    /// <inheritdoc/>
    public override bool IsReference => !IsStruct;

    /// <inheritdoc/>
    public override TypeShape With(GenericArguments arguments) => Arguments.IsEmpty ? this : this with { Arguments = [.. Arguments.Select(a => a.With(arguments))] };

    /// <summary>Its name with namespace, nested types with '+', for comparing; "" when its definition is not loaded.</summary>
    public string FullName => Definition?.Name ?? "";
}

/// <summary>An array.</summary>
/// <param name="Element">Its elements.</param>
/// <param name="Rank">Its dimensions.</param>
public sealed record ArrayShape(TypeShape Element, int Rank) : TypeShape($"{Element.Name}[{new string(',', Rank - 1)}]")
{
    /// <inheritdoc/>
    public override bool IsReference => true;

    /// <inheritdoc/>
    public override TypeShape With(GenericArguments arguments) => this with { Element = Element.With(arguments) };
}

/// <summary>A reference to a place that holds a value: ref, out and in, and what <c>this</c> is in a struct.</summary>
/// <param name="To">What lies there.</param>
public sealed record PlaceShape(TypeShape To) : TypeShape("ref " + To.Name)
{
    /// <inheritdoc/>
    public override TypeShape With(GenericArguments arguments) => new PlaceShape(To.With(arguments));
}

/// <summary>A generic parameter.</summary>
/// <param name="Index">Which.</param>
/// <param name="IsOfMethod">Whether the method has it, not the type.</param>
public sealed record ParameterShape(int Index, bool IsOfMethod) : TypeShape((IsOfMethod ? "!!" : "!") + Index)
{
    /// <inheritdoc/>
    public override TypeShape With(GenericArguments arguments)
    {
        var known = IsOfMethod ? arguments.OfMethod : arguments.OfType;
        return Index < known.Length ? known[Index] : this;
    }
}

/// <summary>A pointer or something else that nothing is read through.</summary>
/// <param name="Name">Its name.</param>
public sealed record OpaqueShape(string Name) : TypeShape(Name);
