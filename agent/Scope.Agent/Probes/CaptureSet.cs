// The captures of one probe, from places in a method's frame to the hops that the native part follows: offsets come from the
// running process. The same place is captured once, however often it is asked for.
using Scope.Attach.Probes;
using Scope.Code.Probing;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Gathers captures.</summary>
/// <param name="types">Where fields lie in the target.</param>
sealed class CaptureSet(RuntimeTypes types)
{
    const int TableBytes = 8; // An object begins with its method table.

    readonly List<Capture> _captures = [];
    readonly List<string> _keys = [];

    /// <summary>All of them, by their index.</summary>
    public IReadOnlyList<Capture> All => _captures;

    /// <summary>Why the last one could not be added.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Adds a capture and gives its index; null when where it lies is not known, or there are too many.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="read">What to read there.</param>
    /// <param name="moments">When.</param>
    /// <param name="room">Characters of a text, bytes of a value.</param>
    public int? Add(ValuePath path, CaptureRead read, CaptureMoment moments, int room = 0)
    {
        if (Hops(path) is not { } hops) return null;
        // What is only there at the end is not looked at before, and an exception not where there is none.
        moments &= path.Root == ValueRoot.Exception ? CaptureMoment.Exception | CaptureMoment.OnlyForCondition : path.Root == ValueRoot.Return ? CaptureMoment.Leave | CaptureMoment.OnlyForCondition : path.IsOfEnd ? ~CaptureMoment.Enter : (CaptureMoment)byte.MaxValue;
        var capture = new Capture((CaptureRoot)path.Root, path.Index, moments, path.IsLength ? CaptureRead.Length : read, hops, path.IsLength ? 0 : room);
        var key = $"{capture.Root} {capture.Index} {capture.Read} {capture.Room} {string.Join(' ', hops)}";
        var known = _keys.IndexOf(key);
        if (known >= 0)
        {
            _captures[known] = capture with { Moments = Joined(_captures[known].Moments, moments) };
            return known;
        }
        if (_captures.Count == HookLimits.MaxCaptures)
        {
            Problem = $"a probe looks at {HookLimits.MaxCaptures} values at most";
            return null;
        }
        _captures.Add(capture);
        _keys.Add(key);
        return _captures.Count - 1;
    }

    // One that a condition asked for is told too, once somebody wants to see it.
    static CaptureMoment Joined(CaptureMoment a, CaptureMoment b) =>
        (a | b) & ~CaptureMoment.OnlyForCondition | a & b & CaptureMoment.OnlyForCondition;

    List<Hop>? Hops(ValuePath path)
    {
        var hops = new List<Hop>();
        foreach (var hop in path.Hops)
        {
            var offset = hop.Ahead + (hop is { InObject: true, Element: null } ? TableBytes : 0);
            if (hop.Field is { } field)
            {
                if (types.OffsetOf(field.Owner.Module.Info.Path, System.Reflection.Metadata.Ecma335.MetadataTokens.GetToken(field.Owner.Handle), field.Name) is not { } at)
                {
                    Problem = $"the type {field.Owner.Name} of {path.Text} is not loaded in the target yet";
                    return null;
                }
                offset += at;
            }
            // A field of a struct that lies in what came before is only further along.
            if (hop is { Follows: false, Element: null } && hops.Count > 0 && hops[^1].Kind != CaptureHop.Element) hops[^1] = hops[^1] with { Offset = hops[^1].Offset + offset };
            else hops.Add(hop.Element is { } index ? new(CaptureHop.Element, index) : new(hop.Follows ? CaptureHop.Follow : CaptureHop.Within, offset));
        }
        if (hops.Count <= HookLimits.MaxHops && hops.All(h => h.Offset < HookLimits.MaxHopOffset)) return hops;
        Problem = $"{path.Text} is more than {HookLimits.MaxHops} references away";
        return null;
    }
}
