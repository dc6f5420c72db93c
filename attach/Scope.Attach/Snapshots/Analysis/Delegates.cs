// What a delegate calls: the method, and the object that it calls it on.
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Looks into delegates.</summary>
sealed class Delegates(ObjectFields fields, CodeTable code)
{
    readonly Dictionary<(ulong, ulong, ulong), int> _methods = [];

    /// <summary>The place of the method that a delegate calls, and its target; -1 when it is not known.</summary>
    public (int Method, ulong Target) Of(ulong address)
    {
        if (address == 0) return (-1, 0);
        var target = fields.Reference(address, "_target");
        // The same code for targets of the same type is the same method.
        var key = (fields.Value<ulong>(address, "_methodPtr"), fields.Value<ulong>(address, "_methodPtrAux"), fields.TypeOf(target)?.MethodTable ?? 0);
        if (!_methods.TryGetValue(key, out var method)) _methods[key] = method = code.Of(MethodOf(address));
        return (method, target);
    }

    ClrMethod? MethodOf(ulong address)
    {
        var found = fields.Heap.GetObject(address);
        return found.IsDelegate ? found.AsDelegate().GetDelegateTarget()?.Method : null;
    }
}
