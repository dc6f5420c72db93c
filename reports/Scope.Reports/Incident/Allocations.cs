// What was allocated, by type and by the application's place that asked for it, from the runtime's samples.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Allocated bytes by type and place.</summary>
sealed class Allocations(ReportTexts texts) : Section
{
    readonly Dictionary<(NameId Type, MethodId Site), (long Bytes, long Samples, StackId Stack)> _groups = [];
    readonly Dictionary<StackId, MethodId> _sites = [];
    long _bytes, _samples;

    public override string Key => "allocations";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Allocation);

    public override void Take(EventId id, in ScopeEvent e)
    {
        _bytes += e.Value;
        _samples++;
        if (!_sites.TryGetValue(e.Stack, out var site)) _sites[e.Stack] = site = e.Stack.IsNone ? e.Method : texts.Code.FirstApplication(e.Stack);
        var key = (e.Name, site);
        if (_groups.Count >= Limits.ReportRows && !_groups.ContainsKey(key)) return;
        var (bytes, samples, _) = _groups.GetValueOrDefault(key);
        _groups[key] = (bytes + e.Value, samples + 1, e.Stack);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        var ranked = _groups.OrderByDescending(g => g.Value.Bytes).Take(Limits.ReportGroups).ToList();
        data.WriteNumber("bytes", _bytes);
        data.WriteNumber("samples", _samples);
        data.Numbers("type", ranked, g => texts.Of(g.Key.Type));
        data.Numbers("site", ranked, g => texts.FrameOf(g.Key.Site));
        data.Numbers("bytesOf", ranked, g => g.Value.Bytes);
        data.Numbers("samplesOf", ranked, g => g.Value.Samples);
        data.Numbers("stack", ranked, g => texts.StackOf(g.Value.Stack));
    }
}
