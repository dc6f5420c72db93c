// Callers without a frame. The runtime inlines small methods, and jumps out of a method whose last deed is a call: then the
// deepest frame of the application is that of a caller's caller, whose IL does not call the library at all. Its IL, and that
// of what it calls, say who does.
using Scope.Code;
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>Finds them.</summary>
internal static class HiddenCallers
{
    /// <summary>How such a caller was found, for a finding's reasoning.</summary>
    public const string How = "that method's IL makes no such call, and of the methods that it calls only this one does: it was found by its IL, since inlining or a tail call leaves no frame of it";

    const int Depth = 3; // Chains of small methods are rarely longer, and the runtime gives up inlining soon.
    const int Inlined = 128; // Bytes of IL: larger methods the runtime does not inline, unless it is told to.
    const int MostCallees = 256;

    /// <summary>The method that calls a sort of library where the deepest frame's method does not; none when that does itself, or it cannot be told.</summary>
    public static MethodId Of(Investigation at, MethodId method, Callee callee) => Of(at, method, (call, _) => MeaningOf(call) == callee, (call, body) => body.Size <= Inlined || call.IsLast);

    /// <summary>The method, reached from another through calls that leave no frame, whose IL makes a call that is looked for; none when it is the first itself, or not one only.</summary>
    /// <param name="at">The investigation.</param>
    /// <param name="method">The method with the frame.</param>
    /// <param name="isWanted">Which calls are looked for.</param>
    /// <param name="isHidden">Whether a call in a body could be made without a frame of the method that the body is of.</param>
    public static MethodId Of(Investigation at, MethodId method, Func<IlCall, IlBody, bool> isWanted, Func<IlCall, IlBody, bool> isHidden)
    {
        if (method.IsNone || Has(at, method, isWanted)) return default;
        List<MethodId> level = [method];
        for (var depth = 0; depth < Depth && level.Count > 0; depth++)
        {
            level = [.. level.SelectMany(caller => CalledBy(at, caller)).Distinct().Take(MostCallees)];
            var found = level.FindAll(called => !IsAccessor(at, called) && Has(at, called, (call, body) => isWanted(call, body) && isHidden(call, body))).ConvertAll(at.Stacks.AsWritten).Distinct().ToList();
            if (found.Count > 0) return found.Count == 1 ? found[0] : default;
        }
        return default;
    }

    /// <summary>Whether a method's IL makes a call that is looked for.</summary>
    public static bool Has(Investigation at, MethodId method, Func<IlCall, IlBody, bool> isWanted) =>
        at.Code.BodiesOf(method).Any(body => body.Calls.Any(call => isWanted(call, body)));

    // A property hands something out (a DbSet, a client); what is done with it is its reader's doing.
    static bool IsAccessor(Investigation at, MethodId method) =>
        at.Catalog.Methods[method] is { } info && (info.Name.StartsWith("get_", StringComparison.Ordinal) || info.Name.StartsWith("set_", StringComparison.Ordinal));

    static IEnumerable<MethodId> CalledBy(Investigation at, MethodId caller) =>
        at.Code.BodiesOf(caller).SelectMany(body => body.Calls).SelectMany(call => at.Code.TargetsOf(call));

    static Callee MeaningOf(in IlCall call) => FrameTable.MeaningOf(new(default, 0, call.Type, call.Name, "")).Callee;
}
