// The names of the methods that probes of whatever agent are in: the plan that it left in the shared memory says module and token,
// and the modules that the target has loaded say the rest.
using Scope.Attach.Probes;
using Scope.Code;
using Scope.Code.Probing;
using Scope.Events;

namespace Scope.Agent.Probes;

static class ProbeNames
{
    /// <summary>Names by the probes' ids; none of a probe whose plan was overwritten, or when the target's modules cannot be read.</summary>
    public static IReadOnlyDictionary<uint, string> Of(TargetInfo target, NativeProbes probes)
    {
        var names = new Dictionary<uint, string>();
        if (!RuntimeTypes.Open(target.Pid, target.RuntimeVersion).Try(out var types, out _)) return names;
        using var closing = types;
        using var files = new CodeFiles();
        using var code = new LoadedCode(types.Modules(new(1)), target, files);
        var planned = probes.Planned.ToLookup(p => p.Module);
        foreach (var module in code.Of(_ => true))
            foreach (var (probe, _, method, offset) in planned[module.Mvid])
                if (MethodSearch.TitleOf(module, (int)method) is { } title) names[probe] = offset > 0 ? $"{title} IL_{offset:x4}" : title;
        return names;
    }
}
