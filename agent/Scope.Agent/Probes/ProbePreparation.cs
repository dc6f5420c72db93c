// All that is done before a target is touched: its code is searched, the probes are worked out, and what cannot be probed is
// refused with the reason. It reads the target's memory and files, and nothing of it is held or changed.
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Code;
using Scope.Code.Probing;
using Scope.Events;

namespace Scope.Agent.Probes;

/// <summary>A method that was found and is not probed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Reason">Why not.</param>
readonly record struct RefusedProbe(FoundMethod Method, string Reason);

/// <summary>Probes that are ready to be armed. Dispose it when no hit is read any more.</summary>
sealed class ProbePreparation : IDisposable
{
    readonly CodeFiles _files;
    readonly LoadedCode _code;

    ProbePreparation(CodeFiles files, LoadedCode code, RuntimeTypes types, List<PlannedProbe> probes, List<RefusedProbe> refused) =>
        (_files, _code, Types, Probes, Refused) = (files, code, types, probes, refused);

    /// <summary>The probes, with ids from 1.</summary>
    public IReadOnlyList<PlannedProbe> Probes { get; }

    /// <summary>Methods that were found and cannot be probed.</summary>
    public IReadOnlyList<RefusedProbe> Refused { get; }

    /// <summary>The types of the target.</summary>
    public RuntimeTypes Types { get; }

    /// <summary>What could not be looked at, each once.</summary>
    public IEnumerable<string> Notes => Probes.SelectMany(p => p.Notes).Distinct();

    /// <summary>Works out the probes of some requests.</summary>
    /// <param name="target">The target.</param>
    /// <param name="specs">What was asked for.</param>
    /// <param name="wrong">Is told of a request that cannot be met, and the others go on; null to fail then.</param>
    public static Attempt<ProbePreparation> Make(TargetInfo target, IReadOnlyList<ProbeSpec> specs, Action<string>? wrong = null)
    {
        if (!RuntimeTypes.Open(target.Pid, target.RuntimeVersion).Try(out var types, out var failure)) return failure;
        var files = new CodeFiles();
        var code = new LoadedCode(types.Modules(new(1)), target, files);
        var (probes, refused) = (new List<PlannedProbe>(), new List<RefusedProbe>());
        foreach (var spec in specs)
            if (Add(code, types, spec, probes, refused) is { } problem)
            {
                if (wrong is not null)
                {
                    wrong(problem);
                    continue;
                }
                Close(files, code, types);
                return new AttachFailure(AttachReason.BadRequest, target.Pid, problem);
            }
        return new ProbePreparation(files, code, types, probes, refused);
    }

    static string? Add(LoadedCode code, RuntimeTypes types, ProbeSpec spec, List<PlannedProbe> probes, List<RefusedProbe> refused)
    {
        if (!MethodQuery.TryParse(spec.Methods, out var query, out var mistake)) return mistake.ToString();
        var search = new MethodSearch(code, spec.Force);
        var found = search.Find(query);
        if (found.Methods.Count == 0) return found.Problem;
        var before = probes.Count;
        foreach (var method in found.Methods)
        {
            var problem = method.Refusal ?? "";
            if (problem.Length == 0 && new ProbePlanner(code, types, spec).Plan((uint)probes.Count + 1, method, out problem) is { } planned) probes.Add(planned);
            else refused.Add(new(method, problem));
            if (probes.Count - before > Limits.ProbesOfPattern) return $"'{spec.Methods}' matches more than {Limits.ProbesOfPattern} methods, and compiling so many anew is felt: narrow it";
        }
        if (probes.Count > before && spec.FollowsValue && AddSources(code, types, spec, probes) is { } lost) return lost;
        if (spec.TreeDepth > 0) AddBelow(search, code, types, spec, probes, before);
        return probes.Count > before ? null : $"none of the {found.Methods.Count} methods that match '{spec.Methods}' can be probed: {refused[^1].Method}: {refused[^1].Reason}";
    }

    // The methods where a value is seen first.
    static string? AddSources(LoadedCode code, RuntimeTypes types, ProbeSpec spec, List<PlannedProbe> probes)
    {
        if (spec.Value.Length == 0) return "--from: --value says which value is followed, such as --value order.Id or --value return";
        var sources = new List<PlannedProbe>();
        var first = new ProbeSpec { Methods = spec.From, Captures = [spec.Value], Hits = 0, Force = spec.Force };
        if (Add(code, types, first, sources, []) is { } problem) return $"--from: {problem}";
        foreach (var source in sources) probes.Add(source with { IsSource = true, Order = source.Order with { Probe = (uint)probes.Count + 1 } });
        return null;
    }

    // Of what is called below only the time is told, and as long as the others are there.
    static void AddBelow(MethodSearch search, LoadedCode code, RuntimeTypes types, ProbeSpec spec, List<PlannedProbe> probes, int before)
    {
        var roots = probes.Skip(before).ToList();
        var known = roots.Select(p => (p.Method.Module, p.Method.BodyToken)).ToHashSet();
        var timed = new ProbeSpec { Methods = spec.Methods, Hits = 0, TreeDepth = spec.TreeDepth, Histogram = spec.Histogram };
        foreach (var method in roots.SelectMany(root => search.Below(root.Method, spec.TreeDepth, Limits.ProbesOfPattern)))
            if (probes.Count - before < Limits.ProbesOfPattern && known.Add((method.Module, method.BodyToken)) && new ProbePlanner(code, types, timed).Plan((uint)probes.Count + 1, method, out _) is { } planned)
                probes.Add(planned with { IsBelow = true });
    }

    static void Close(CodeFiles files, LoadedCode code, RuntimeTypes types)
    {
        code.Dispose();
        files.Dispose();
        types.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close(_files, _code, Types);
}
