// Code that comes while we watch: methods compiled, modules loaded. They go both to the method map and into the history.
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Attach.Translate;

/// <summary>Translates compilation and loading, and takes the process's own words about itself.</summary>
sealed class CodeEvents(Translation t)
{
    const int TierShift = 7, TierMask = 7;

    static readonly string[] Tiers = ["", "min-opts", "optimized", "tier 0", "tier 1", "tier 1 OSR", "precompiled", "tier 0 instrumented"];

    readonly CodeSymbols _symbols = new(t.Symbols);
    readonly NameId[] _tiers = [.. Tiers.Select(tier => t.Names.Intern(tier))];

    public void Register(EventTable table)
    {
        _symbols.RegisterRundown(table);
        table.Know(Providers.Runtime);
        table.Add(Providers.Runtime, 143, Compiled);
        table.Add(Providers.Runtime, 152, Loaded);
        table.Add(Providers.EventPipe, "ProcessInfo", ProcessTold);
    }

    void Compiled(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var method = _symbols.Method(ref payload, out var code);
        var made = t.New(EventKind.MethodCompiled, e);
        made.Method = method;
        made.Value = code.Size;
        made.Detail = (ushort)(code.Flags >> TierShift & TierMask);
        made.Name = _tiers[made.Detail];
        t.Emit(row, made, ref payload);
    }

    void Loaded(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        _symbols.Module(ref payload, out var path, out var isDynamic);
        var made = t.New(EventKind.ModuleLoaded, e);
        made.Name = t.Names.Intern(path);
        made.Detail = (ushort)(isDynamic ? 1 : 0);
        t.Emit(row, made, ref payload);
    }

    // Command line, operating system, architecture. What the agent found out itself stays.
    void ProcessTold(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var commandLine = payload.Text().ToString();
        var system = payload.Text().ToString();
        var architecture = payload.Text().ToString();
        if (payload.IsTorn) return;
        var known = t.Catalog.Targets[t.Target];
        t.Catalog.Targets.Update(t.Target, known with
        {
            CommandLine = known.CommandLine.Length > 0 ? known.CommandLine : t.Catalog.Redactor.CommandLine(commandLine),
            OperatingSystem = known.OperatingSystem.Length > 0 ? known.OperatingSystem : system,
            Architecture = known.Architecture.Length > 0 ? known.Architecture : architecture,
        });
    }
}
