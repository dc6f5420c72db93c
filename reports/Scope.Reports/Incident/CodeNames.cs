// Methods as a person wrote them: the compiler's state machines, lambdas and local functions are given back to the method
// that they came from; and which methods are the application's own.
using System.Text.RegularExpressions;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Names of methods for people.</summary>
sealed partial class CodeNames(Catalog catalog)
{
    static readonly string[] Framework = ["System", "Microsoft", "netstandard", "mscorlib", "WindowsBase", "Npgsql", "Grpc", "Polly", "Serilog", "OpenTelemetry"];

    readonly Dictionary<MethodId, (string Name, string Module, bool IsApplication)> _known = [];

    /// <summary>Namespace.Type.Method as written in the source; "" for none.</summary>
    public string NameOf(MethodId method) => Get(method).Name;

    /// <summary>The simple name of its module, "" when not known.</summary>
    public string ModuleOf(MethodId method) => Get(method).Module;

    /// <summary>Whether it is neither the runtime's nor a well-known library's.</summary>
    public bool IsApplication(MethodId method) => Get(method).IsApplication;

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

    (string Name, string Module, bool IsApplication) Get(MethodId method)
    {
        if (_known.TryGetValue(method, out var known)) return known;
        if (catalog.Methods[method] is not { } info) return method.IsNone ? ("(unknown)", "", false) : ("", "", false);
        var module = catalog.Modules[info.Module]?.Name ?? "";
        return _known[method] = (AsWritten(info.Type, info.Name), module, module.Length > 0 && !Framework.Any(f => module == f || module.StartsWith(f + ".", StringComparison.Ordinal)));
    }

    internal static string AsWritten(string type, string name)
    {
        if (name == "MoveNext" && StateMachine().Match(type) is { Success: true } machine)
            return $"{machine.Groups["type"].Value.Replace('+', '.')}.{machine.Groups["method"].Value}";
        type = DisplayClass().Replace(type, "").Replace('+', '.');
        if (LambdaOrLocal().Match(name) is { Success: true } inner)
            name = inner.Groups["local"] is { Success: true } local ? $"{inner.Groups["method"].Value}.{local.Value}" : $"{inner.Groups["method"].Value} (lambda)";
        return type.Length == 0 ? name : $"{type}.{name}";
    }

    [GeneratedRegex(@"^(?<type>.+?)(\+<>c(__DisplayClass\w+)?)?\+<+(?<method>[^>]+?)(>\w__[^>]*)?>d(__\d+)?(`\d+)?(\[.*)?$")]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"\+<>c(__DisplayClass\w+)?(`\d+)?(\[.*\])?$")]
    private static partial Regex DisplayClass();

    [GeneratedRegex(@"^<(?<method>[^>]+)>(b__\w+|g__(?<local>\w+)\|\w+)$")]
    private static partial Regex LambdaOrLocal();
}
