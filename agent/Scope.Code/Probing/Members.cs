// The fields and properties of types, as far as they can be read without running anything: a field is read, and a property
// whose getter does no more than return a field, of this object or of one in it, is read as that field.
using System.Reflection;
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>Goes from a value to what it holds.</summary>
/// <param name="code">The loaded modules.</param>
sealed class Members(LoadedCode code)
{
    const int GetterDepth = 8;  // Getters that return other getters' fields.
    const int BaseDepth = 32;   // Classes above a class.

    /// <summary>The path to a member; null with the reason when there is none to read.</summary>
    public ValuePath? Find(ValuePath holder, string name, out string problem) => Find(holder, name, 0, out problem);

    /// <summary>The fields and readable properties of a value's type with their paths, in the order of their declaration, those of its class first.</summary>
    public IEnumerable<(string Name, ValuePath Path)> AllOf(ValuePath holder)
    {
        foreach (var type in Chain(holder.Behind.Type))
            foreach (var handle in type.Owner.Definition.GetFields())
            {
                var definition = type.Owner.Module.Reader.GetFieldDefinition(handle);
                if ((definition.Attributes & FieldAttributes.Static) != 0) continue;
                var name = PlainName(type.Owner.Module.Reader.GetString(definition.Name));
                if (!name.StartsWith('<')) yield return (name, holder.To(new(type.Owner, handle), FieldType(type, handle), name));
            }
    }

    /// <summary>A field by its exact name in a type, or above it; null when there is none.</summary>
    public ValuePath? Field(ValuePath holder, string field, string shownAs) => Chain(holder.Behind.Type).Select(type => FieldIn(holder, type, field, shownAs)).FirstOrDefault(path => path is not null);

    /// <summary>A name as somebody wrote it: of the field behind a property, and of a variable that became a field.</summary>
    public static string PlainName(string field) => field.StartsWith('<') && field.IndexOf('>') is var end and > 1 && (field.EndsWith("k__BackingField", StringComparison.Ordinal) || field[(end + 1)..].StartsWith("5__", StringComparison.Ordinal)) ? field[1..end] : field;

    ValuePath? Find(ValuePath holder, string name, int depth, out string problem)
    {
        problem = "";
        var type = holder.Behind.Type;
        if (name is "Length" or "LongLength" && type is ArrayShape or PrimitiveShape { Code: PrimitiveTypeCode.String }) return holder.Behind with { Type = new PrimitiveShape(PrimitiveTypeCode.Int32), IsLength = true, Text = $"{holder.Text}.{name}" };
        if (depth > GetterDepth) problem = $"{name} is behind too many properties";
        else if (type is ParameterShape) problem = $"the type of {holder.Text} is a generic parameter, which is another one in each use";
        else if (type is PrimitiveShape or OpaqueShape or ArrayShape) problem = $"{holder.Text} is a {type.Name}, which has no {name} that could be read";
        else if (type is NamedShape { Definition: null }) problem = $"the type of {holder.Text}, {type.Name}, is not loaded yet: pending until it is";
        if (problem.Length > 0) return null;
        if (IsNullable(type, out var inner)) return OfNullable(holder.Behind, inner, name, out problem);
        foreach (var owner in Chain(type))
        {
            if (FieldIn(holder, owner, name, name) is { } field) return field;
            if (Getter(owner.Owner, name) is not { } getter) continue;
            if (FieldIn(holder, owner, $"<{name}>k__BackingField", name) is { } auto) return auto;
            return ByGetter(holder, owner, getter, name, depth, out problem);
        }
        var known = AllOf(holder).Select(m => m.Name).Concat(Chain(type).SelectMany(t => t.Owner.Definition.GetProperties().Select(p => t.Owner.Module.Reader.GetString(t.Owner.Module.Reader.GetPropertyDefinition(p).Name)))).Distinct();
        problem = IsInterface(type) ? $"{holder.Text} is an interface, {type.Name}: what lies behind it differs, so nothing of it can be read" : $"{type.Name} has no {name}{Events.Nearest.Hint(name, known)}";
        return null;
    }

    // Its value stands behind the flag, aligned as it wants to be.
    static ValuePath? OfNullable(ValuePath holder, TypeShape inner, string name, out string problem)
    {
        problem = name is "HasValue" or "Value" ? "" : $"{holder.Text} is a nullable: write {holder.Text}.Value.{name}";
        if (problem.Length > 0) return null;
        if (name == "HasValue") return holder with { Type = new PrimitiveShape(PrimitiveTypeCode.Boolean), Text = holder.Text + ".HasValue" };
        if (ValueSizes.AlignmentOf(inner) is not { } alignment)
        {
            problem = $"where the value of a {holder.Type.Name} lies is not known";
            return null;
        }
        return holder with { Hops = [.. holder.Hops, new(false, false, null, null, alignment)], Type = inner, Text = holder.Text + ".Value" };
    }

    /// <summary>Whether a type is Nullable, and of what.</summary>
    public static bool IsNullable(TypeShape type, out TypeShape inner)
    {
        inner = type;
        if (type is not NamedShape { IsStruct: true, Arguments: [var of], FullName: "System.Nullable`1" }) return false;
        inner = of;
        return true;
    }

    static bool IsInterface(TypeShape type) => type is NamedShape { Definition: { } defined } && (defined.Definition.Attributes & TypeAttributes.Interface) != 0;

    readonly record struct Level(DefinedType Owner, GenericArguments Arguments);

    // A class and those above it, with what their generic parameters stand for.
    IEnumerable<Level> Chain(TypeShape type)
    {
        for (var depth = 0; depth < BaseDepth && type is NamedShape { Definition: { } defined } named; depth++)
        {
            var level = new Level(defined, new(named.Arguments, []));
            yield return level;
            if (named.IsStruct || defined.Definition.BaseType.IsNil) yield break;
            type = new SignatureShapes(code, defined.Module).OfHandle(defined.Definition.BaseType).With(level.Arguments);
        }
    }

    ValuePath? FieldIn(ValuePath holder, Level type, string field, string shownAs)
    {
        var reader = type.Owner.Module.Reader;
        foreach (var handle in type.Owner.Definition.GetFields())
            if (reader.GetFieldDefinition(handle) is var definition && (definition.Attributes & FieldAttributes.Static) == 0 && reader.StringComparer.Equals(definition.Name, field))
                return holder.To(new(type.Owner, handle), FieldType(type, handle), shownAs);
        return null;
    }

    TypeShape FieldType(Level type, FieldDefinitionHandle field) => new SignatureShapes(code, type.Owner.Module).OfField(field).With(type.Arguments);

    static MethodDefinitionHandle? Getter(DefinedType type, string name)
    {
        var reader = type.Module.Reader;
        foreach (var handle in type.Definition.GetProperties())
            if (reader.GetPropertyDefinition(handle) is var property && reader.StringComparer.Equals(property.Name, name) && property.GetAccessors().Getter is { IsNil: false } getter)
                return getter;
        return null;
    }

    ValuePath? ByGetter(ValuePath holder, Level type, MethodDefinitionHandle getter, string name, int depth, out string problem)
    {
        var module = type.Owner.Module;
        var definition = module.Reader.GetMethodDefinition(getter);
        problem = $"{type.Owner.Name.Split('.')[^1]}.{name} is calculated, and a probe runs nothing in the target: name the fields that it is made of";
        if ((definition.Attributes & MethodAttributes.Static) != 0 || module.BodyOf(getter) is not { } body) return null;
        if ((definition.Attributes & (MethodAttributes.Virtual | MethodAttributes.Final)) == MethodAttributes.Virtual && (type.Owner.Definition.Attributes & TypeAttributes.Sealed) == 0)
        {
            problem = $"{name} may be overridden, so which field it is depends on the object: name the field";
            return null;
        }
        var at = holder;
        foreach (var instruction in IlInstructions.Read(body.GetILReader()))
        {
            if (Skipped.Contains(instruction.Code)) continue;
            if (instruction.Code == ILOpCode.Ret) return at with { Text = $"{holder.Text}.{name}" };
            var next = instruction.Code switch
            {
                ILOpCode.Ldfld or ILOpCode.Ldflda => Field(at, module.FieldNameOf(instruction.Operand)?.Name ?? "", name),
                ILOpCode.Ldlen => Find(at, "Length", depth + 1, out _),
                ILOpCode.Call or ILOpCode.Callvirt when module.MethodNameOf(instruction.Operand) is { Name: var called } && called.StartsWith("get_", StringComparison.Ordinal) => Find(at, called[4..], depth + 1, out _),
                _ => null,
            };
            if (next is null) return null;
            at = next;
        }
        return null;
    }

    // What a getter has around its field that changes nothing of it.
    static readonly ILOpCode[] Skipped = [ILOpCode.Nop, ILOpCode.Ldarg_0, ILOpCode.Conv_i4, ILOpCode.Stloc_0, ILOpCode.Ldloc_0, ILOpCode.Br_s];
}
