// Where a value is found from a method's frame: a root, and the fields and elements on the way, in the terms of metadata. How
// many bytes lie between is the running process's to tell.
using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Scope.Code.Probing;

/// <summary>What a path begins with.</summary>
public enum ValueRoot
{
    /// <summary>An argument, by its index in IL: in an instance method 0 is <c>this</c>.</summary>
    Argument,
    /// <summary>A local variable, by its slot.</summary>
    Local,
    /// <summary>What the method returns.</summary>
    Return,
    /// <summary>The exception that leaves it.</summary>
    Exception,
}

/// <summary>A field on the way.</summary>
/// <param name="Owner">The type that declares it.</param>
/// <param name="Handle">Its definition there.</param>
public readonly record struct FieldOf(DefinedType Owner, FieldDefinitionHandle Handle)
{
    /// <summary>Its metadata token.</summary>
    public int Token => MetadataTokens.GetToken(Handle);

    /// <summary>Its name.</summary>
    public string Name => Owner.Module.Reader.GetString(Owner.Module.Reader.GetFieldDefinition(Handle).Name);
}

/// <summary>One step on the way.</summary>
/// <param name="Follows">Whether a reference that lies here is followed first.</param>
/// <param name="InObject">Whether it leads into an object, whose fields come after its method table.</param>
/// <param name="Field">The field to go on to; null for the beginning.</param>
/// <param name="Element">The index of an array's element; null for none.</param>
/// <param name="Ahead">Bytes to go on besides, as the layout of a Nullable has them.</param>
public readonly record struct ValueHop(bool Follows, bool InObject, FieldOf? Field, int? Element = null, int Ahead = 0);

/// <summary>The way to a value.</summary>
/// <param name="Root">What it begins with.</param>
/// <param name="Index">Which argument or local.</param>
/// <param name="Hops">The way.</param>
/// <param name="Type">What lies at its end.</param>
/// <param name="Text">As it is shown.</param>
public sealed record ValuePath(ValueRoot Root, int Index, ImmutableArray<ValueHop> Hops, TypeShape Type, string Text)
{
    /// <summary>Whether it ends in the length of the array or string that lies there, instead of in the thing itself.</summary>
    public bool IsLength { get; init; }

    /// <summary>Whether there is something only when the method ends: what it returns, the exception, and where an async method keeps these.</summary>
    public bool IsOfEnd { get; init; } = Root is ValueRoot.Return or ValueRoot.Exception;

    /// <summary>What lies behind a reference to a place, if it ends in one.</summary>
    public ValuePath Behind => Type is PlaceShape place ? this with { Hops = [.. Hops, new(true, false, null)], Type = place.To } : this;

    /// <summary>One field on.</summary>
    public ValuePath To(FieldOf field, TypeShape type, string name)
    {
        var holder = Behind;
        return holder with { Hops = [.. holder.Hops, new(holder.Type.IsReference, holder.Type.IsReference, field)], Type = type, Text = $"{Text}.{name}" };
    }

    /// <summary>An element of the array that lies there.</summary>
    public ValuePath At(int index, TypeShape element)
    {
        var holder = Behind;
        return holder with { Hops = [.. holder.Hops, new(true, true, null, index)], Type = element, Text = $"{Text}[{index}]" };
    }
}
