// The names that mean something inside a method, and where their values are: parameters, this, locals, what it returns and the
// exception that leaves it. In a state machine parameters and locals are its fields, in a closure what it took along is.
using System.Reflection;
using System.Reflection.Metadata;

namespace Scope.Code.Probing;

/// <summary>The frame of a method that was found.</summary>
public sealed class MethodFrame
{
    const string OuterThis = "<>4__this", Iterator = "<>3__";

    readonly LoadedCode _code;
    readonly FoundMethod _method;
    readonly SignatureShapes _shapes;
    readonly Dictionary<string, ValuePath> _names = [];
    readonly List<ValuePath> _arguments = [];

    /// <param name="code">The loaded modules.</param>
    /// <param name="method">The method.</param>
    public MethodFrame(LoadedCode code, FoundMethod method)
    {
        (_code, _method, _shapes) = (code, method, new(code, method.Module));
        Members = new(code);
        if (method.Machine == MachineSort.None) TakeArguments();
        else TakeMachine();
        TakeLocals();
    }

    /// <summary>The method.</summary>
    public FoundMethod Method => _method;

    /// <summary>What its parameters are, in their order.</summary>
    public IReadOnlyList<ValuePath> Arguments => _arguments;

    /// <summary>The object that it belongs to; null in a static method.</summary>
    public ValuePath? This => _names.GetValueOrDefault("this");

    /// <summary>What it returns, of an async method what it gives to its task; null for nothing.</summary>
    public ValuePath? Returned { get; private set; }

    /// <summary>The exception that leaves it; null where the runtime's library is not at hand.</summary>
    public ValuePath? Thrown => Framework("System.Exception") is not { } type ? null
        : _method.Machine == MachineSort.None ? new(ValueRoot.Exception, 0, [], type, "exception")
        : HandedOver("SetException") is { } local ? local with { Type = type, Text = "exception" } : null;

    /// <summary>Where a state machine stands; null in a method that runs as written.</summary>
    public ValuePath? MachineState { get; private set; }

    /// <summary>The task that an async method's state machine fulfils: there from its first await on; null in others.</summary>
    public ValuePath? MachineTask { get; private set; }

    /// <summary>The variables that have a name here.</summary>
    public IEnumerable<string> Names => _names.Keys;

    /// <summary>How members are found.</summary>
    internal Members Members { get; }

    /// <summary>The fields of a value with their paths, in the order of their declaration, those of its class before those of the classes above.</summary>
    public IEnumerable<(string Name, ValuePath Path)> FieldsOf(ValuePath path) => Members.AllOf(path);

    /// <summary>Whether a type is Nullable, and of what.</summary>
    public static bool IsNullable(TypeShape type, out TypeShape inner) => Probing.Members.IsNullable(type, out inner);

    /// <summary>The path of a name, or of a member of <c>this</c>; null with the reason.</summary>
    public ValuePath? Find(string name, out string problem)
    {
        problem = "";
        if (_names.TryGetValue(name, out var known)) return known;
        if (name == "this") problem = $"{_method.Title} is static, it has no this";
        else if (name is "return" or "result")
        {
            if (Returned is not null) return Returned;
            problem = $"{_method.Title} returns nothing";
        }
        else if (name == "exception" && Thrown is { } thrown) return thrown;
        if (problem.Length == 0 && This is { } self && Members.Find(self, name, out _) is { } member) return member with { Text = name };
        if (problem.Length == 0) problem = $"nothing is named {name} here{Events.Nearest.Hint(name, [.. _names.Keys, "return", "exception", "elapsed"])}";
        return null;
    }

    void TakeArguments()
    {
        var definition = _method.Module.Reader.GetMethodDefinition(_method.Written);
        var signature = _shapes.OfMethod(_method.Written);
        var first = signature.Header.IsInstance ? 1 : 0;
        if (first == 1) TakeThis();
        foreach (var handle in definition.GetParameters())
        {
            var parameter = _method.Module.Reader.GetParameter(handle);
            if (parameter.SequenceNumber == 0 || parameter.SequenceNumber > signature.ParameterTypes.Length) continue;
            var name = _method.Module.Reader.GetString(parameter.Name);
            var path = new ValuePath(ValueRoot.Argument, first + parameter.SequenceNumber - 1, [], signature.ParameterTypes[parameter.SequenceNumber - 1], name);
            _names[name] = path;
            _arguments.Add(path);
        }
        if (signature.ReturnType is not PrimitiveShape { Code: PrimitiveTypeCode.Void }) Returned = new(ValueRoot.Return, 0, [], signature.ReturnType, "return");
    }

    void TakeThis()
    {
        var type = _shapes.OfType(_method.Type);
        TypeShape shape = type.IsReference ? type : new PlaceShape(type);
        var self = new ValuePath(ValueRoot.Argument, 0, [], shape, "this");
        _names["this"] = self;
        // In a closure somebody's variables are its fields, and his this is one of them.
        if (_method.Module.Reader.GetString(_method.Module.Reader.GetTypeDefinition(_method.Type).Name).StartsWith("<>c", StringComparison.Ordinal)) TakeFields(self);
    }

    // What callers pass stands in fields of the machine, and its own this is not the one that was written.
    void TakeMachine()
    {
        var type = _shapes.OfType(_method.Module.Reader.GetMethodDefinition(_method.Body).GetDeclaringType());
        var self = new ValuePath(ValueRoot.Argument, 0, [], type.IsReference ? type : new PlaceShape(type), "this");
        TakeFields(self);
        MachineState = Members.Field(self, "<>1__state", "state");
        if (Members.Field(self, "<>t__builder", "builder") is { } builder) MachineTask = Members.Field(builder, "m_task", "task") ?? (Members.Field(builder, "_builder", "builder") is { } inner ? Members.Field(inner, "m_task", "task") : null);
        Returned = HandedOver("SetResult") is { } result ? result with { Text = "return" } : null;
        var definition = _method.Module.Reader.GetMethodDefinition(_method.Written);
        foreach (var handle in definition.GetParameters())
            if (_names.TryGetValue(_method.Module.Reader.GetString(_method.Module.Reader.GetParameter(handle).Name), out var path)) _arguments.Add(path);
        if ((definition.Attributes & MethodAttributes.Static) == 0 && !_names.ContainsKey("this") && Members.Field(self, OuterThis, "this") is { } outer) _names["this"] = outer with { Text = "this" };
    }

    void TakeFields(ValuePath self)
    {
        if (self.Behind.Type is not NamedShape { Definition: { } owner }) return;
        _names.Remove("this");
        var reader = owner.Module.Reader;
        foreach (var handle in owner.Definition.GetFields())
        {
            var field = reader.GetString(reader.GetFieldDefinition(handle).Name);
            var name = field == OuterThis ? "this" : field.StartsWith(Iterator, StringComparison.Ordinal) ? field[Iterator.Length..] : Members.PlainName(field);
            if (!name.StartsWith('<') && (!_names.ContainsKey(name) || name == field) && Members.Field(self, field, name) is { } path) _names[name] = path with { Text = name };
        }
    }

    void TakeLocals()
    {
        if (_method.IlOffset is not { } offset || _method.Module.BodyOf(_method.Body) is not { } body || _method.Module.Pdb is not { } pdb) return;
        var types = _shapes.OfLocals(body);
        foreach (var (name, slot) in pdb.LocalsAt(_method.BodyToken, offset))
            if (slot < types.Length) _names[name] = new(ValueRoot.Local, slot, [], types[slot], name);
    }

    // An async method catches its exception and keeps its result, and hands both to its task from a local variable.
    ValuePath? HandedOver(string setter)
    {
        if (_method.Module.BodyOf(_method.Body) is not { } body) return null;
        var before = default(IlInstruction);
        foreach (var at in IlInstructions.Read(body.GetILReader()))
        {
            if (at.Code == ILOpCode.Call && _method.Module.MethodNameOf(at.Operand) is { } called && called.Name == setter && called.Type.Contains("MethodBuilder", StringComparison.Ordinal) && before.LoadedLocal is { } slot && slot < _shapes.OfLocals(body).Length)
                return new(ValueRoot.Local, slot, [], _shapes.OfLocals(body)[slot], setter) { IsOfEnd = true };
            before = at;
        }
        return null;
    }

    TypeShape? Framework(string name) => _code.Find("System.Private.CoreLib", name) is { } type ? new SignatureShapes(_code, type.Module).OfType(type.Handle) : null;
}
