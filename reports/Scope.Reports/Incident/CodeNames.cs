// Methods for the report's reader: the name as written, the module, whether it is the application's own, and its line
// where a PDB is at hand. What a method is, Scope.Code knows; here it is only asked and remembered.
using Scope.Code;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Names of methods for people.</summary>
sealed class CodeNames(Catalog catalog, CodePlaces places)
{
    /// <summary>Namespace.Type.Method as written in the source.</summary>
    public string NameOf(MethodId method) => method.IsNone ? "(unknown)" : places.Of(method).Name.Full;

    /// <summary>The simple name of its module, "" when not known.</summary>
    public string ModuleOf(MethodId method) => catalog.Methods[method] is { } info ? catalog.Modules[info.Module]?.Name ?? "" : "";

    /// <summary>File and line of an application's method, "" for others and when not known.</summary>
    public string LineOf(MethodId method) => IsApplication(method) ? places.LineOf(method)?.Short ?? "" : "";

    /// <summary>Whether it is neither the runtime's nor a library's.</summary>
    public bool IsApplication(MethodId method) => !method.IsNone && places.Of(method).IsApplication;

    /// <summary>The first method of the application on a stack, from the top; the top's when there is none.</summary>
    public MethodId FirstApplication(StackId stack)
    {
        MethodId top = default;
        for (var at = stack; catalog.Stacks.TryGet(at, out var node); at = node.Caller)
        {
            var method = catalog.CodeNodes.MethodOf(node.Frame);
            if (IsApplication(method)) return method;
            if (top.IsNone) top = method;
        }
        return top;
    }
}
