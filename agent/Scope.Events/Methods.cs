// Methods, by module and metadata token, with the names the runtime told.
namespace Scope.Events;

/// <summary>A method as the runtime names it.</summary>
/// <param name="Module">Its module; none for dynamic methods and native code.</param>
/// <param name="Token">Its metadata token; 0 for dynamic methods and native code.</param>
/// <param name="Type">Its type with namespace, as the runtime writes it (nested types with '+').</param>
/// <param name="Name">Its name, without signature.</param>
/// <param name="Signature">Its signature as the runtime writes it, or "".</param>
public sealed record MethodInfo(ModuleId Module, int Token, string Type, string Name, string Signature)
{
    /// <summary>Type and name, joined by a point.</summary>
    public string FullName { get; } = Type.Length == 0 ? Name : Type + "." + Name;
}

/// <summary>The methods of a recording.</summary>
public sealed class Methods
{
    readonly Interner<MethodInfo> _table = new(Limits.Methods);

    /// <summary>The id of a method, new or known.</summary>
    public MethodId Intern(MethodInfo method) => new(_table.Intern(method));

    /// <summary>The method, or null for none.</summary>
    public MethodInfo? this[MethodId id] => _table.TryGet(id.Value, out var method) ? method : null;

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;

    /// <summary>How many methods found the table full.</summary>
    public long Overflows => _table.Overflows;
}
