// Works a probe out for each method that was found. What cannot be read is refused where it was asked for by name, and left
// out with a note where it comes along with others (an argument of a kind that nobody can look into).
using Scope.Attach.Probes;
using Scope.Code.Probing;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Plans the probes of one request.</summary>
/// <param name="code">The target's loaded code.</param>
/// <param name="types">Where fields lie in it.</param>
/// <param name="spec">What was asked for.</param>
sealed class ProbePlanner(LoadedCode code, RuntimeTypes types, ProbeSpec spec)
{
    const CaptureMoment AtEnd = CaptureMoment.Leave | CaptureMoment.Exception;

    readonly List<string> _notes = [];
    readonly CaptureSet _set = new(types);

    /// <summary>The probe of a method; null with what is wrong.</summary>
    public PlannedProbe? Plan(uint id, FoundMethod method, out string problem)
    {
        var frame = new MethodFrame(code, method);
        var isLine = method.IlOffset is not null;
        if (Conditions(frame, isLine, out problem) is not { } conditions) return null;
        var atEnd = conditions.Where(c => c.NeedsEnd).ToList();
        if (Invariant(frame, isLine, out problem) is { } invariant) atEnd.Add(new NotCondition(invariant));
        else if (problem.Length > 0) return null;
        var async = method.Machine == MachineSort.Async && !isLine ? AsyncOf(frame, ref atEnd) : null;
        if (ConditionTerms.Of(_set, [.. conditions.Where(c => !c.NeedsEnd)], isLine ? CaptureMoment.Line : CaptureMoment.Enter, out problem) is not { } enter || ConditionTerms.Of(_set, atEnd, AtEnd, out problem) is not { } leave) return null;
        // Where it counts only by its end, so do its values: what each call was passed would be told of calls that are no hits.
        var moment = isLine ? CaptureMoment.Line : leave.Count > 0 ? AtEnd : CaptureMoment.Enter;
        if (Captured(frame, moment, out problem) is not { } captures || Line(frame, moment, out problem) is not { } line) return null;
        var arguments = spec.Arguments || spec.FollowsValue ? Shown(frame, frame.Arguments, moment) : [];
        var state = spec.State && !isLine ? StateOf(frame) : [];
        var returned = spec.Return && !isLine && frame.Returned is { } result ? Shown(frame, [result], CaptureMoment.Leave).FirstOrDefault() : null;
        var message = spec.Exception && !isLine ? MessageOf(frame) : null;
        var flags = isLine ? ProbeFlags.Line : ProbeFlags.Leave | ProbeFlags.Exception;
        if (!isLine && (async is not null || _set.All.Any(c => c.Moments.HasFlag(CaptureMoment.Enter) && !c.Moments.HasFlag(CaptureMoment.OnlyForCondition)))) flags |= ProbeFlags.Enter;
        if (spec.Force) flags |= ProbeFlags.CoreLibrary;
        var order = new ProbeOrder(id, method.Module.Mvid, (uint)method.BodyToken, flags)
        {
            Captures = _set.All, Enter = enter, Leave = leave, IlOffset = (uint)(method.IlOffset ?? 0),
            MaxHits = async is not null || spec.FollowsValue || spec.Hits == 0 ? 0 : (ulong)spec.Hits, MaxHitsPerSecond = Limits.ProbeHitsPerSecond,
        };
        return new(spec, method, order) { Arguments = arguments, Captures = captures, Log = line, Returned = returned, Message = message, State = state, Async = async, Notes = _notes };
    }

    // All conditions that must hold, each by itself, so that those that are known at the beginning are asked there.
    List<ProbeCondition>? Conditions(MethodFrame frame, bool isLine, out string problem)
    {
        problem = "";
        if (spec.When.Length == 0) return [];
        if (!ProbeExpressions.TryCondition(frame, spec.When, out var condition, out var mistake))
        {
            problem = $"--when: {mistake}";
            return null;
        }
        var all = new List<ProbeCondition>();
        Split(condition, all);
        if (isLine && all.Exists(c => c.NeedsEnd)) problem = "--when: at a line nothing is known of the method's end: leave elapsed, return and exception out";
        return problem.Length == 0 ? all : null;
    }

    ProbeCondition? Invariant(MethodFrame frame, bool isLine, out string problem)
    {
        problem = isLine && spec.Invariant.Length > 0 ? "--invariant: it is asked when a method ends, not at a line: --when asks there" : "";
        if (spec.Invariant.Length == 0 || problem.Length > 0) return null;
        if (!ProbeExpressions.TryCondition(frame, spec.Invariant, out var condition, out var mistake)) problem = $"--invariant: {mistake}";
        return condition;
    }

    static void Split(ProbeCondition condition, List<ProbeCondition> into)
    {
        if (condition is not JoinedCondition { Both: true } both)
        {
            into.Add(condition);
            return;
        }
        Split(both.Left, into);
        Split(both.Right, into);
    }

    List<ValueForm>? Captured(MethodFrame frame, CaptureMoment moment, out string problem)
    {
        problem = "";
        var captures = new List<ValueForm>();
        foreach (var text in spec.Captures)
        {
            if (!ProbeExpressions.TryCapture(frame, text, out var path, out var mistake)) problem = $"--capture: {mistake}";
            else if (ValueForm.Of(path, text, path => FieldsOf(frame, path), _set, MomentOf(path, moment), out var why) is { } form) captures.Add(form);
            else problem = $"--capture {text}: {why}";
            if (problem.Length > 0) return null;
        }
        return captures;
    }

    List<LinePart>? Line(MethodFrame frame, CaptureMoment moment, out string problem)
    {
        problem = "";
        var line = new List<LinePart>();
        if (spec.Log.Length == 0) return line;
        if (!ProbeExpressions.TryLog(frame, spec.Log, out var parts, out var mistake)) problem = $"--log: {mistake}";
        foreach (var part in parts ?? [])
        {
            if (part.Path is not { } path) line.Add(new(part.Text, null));
            else if (ValueForm.Of(path, part.Text, path => FieldsOf(frame, path), _set, MomentOf(path, moment), out var why) is { } form) line.Add(new("", form));
            else problem = $"--log {{{part.Text}}}: {why}";
        }
        return problem.Length == 0 ? line : null;
    }

    static CaptureMoment MomentOf(ValuePath path, CaptureMoment moment) => path.IsOfEnd ? AtEnd : moment;

    List<ValueForm> Shown(MethodFrame frame, IEnumerable<ValuePath> paths, CaptureMoment moment)
    {
        var shown = new List<ValueForm>();
        foreach (var path in paths)
            if (ValueForm.Of(path, path.Text, path => FieldsOf(frame, path), _set, moment, out var why) is { } form) shown.Add(form);
            else _notes.Add($"{frame.Method.Title}: {path.Text} is not told: {why}");
        return shown;
    }

    // What is in an object of the framework tells about the framework, but for how much a collection holds.
    IEnumerable<(string Name, ValuePath Path)> FieldsOf(MethodFrame frame, ValuePath path)
    {
        var isForeign = path.Type is NamedShape { IsStruct: false, Definition: { } type } && code.OriginOf(type.Module.Info) == Code.CodeOrigin.Framework;
        return frame.FieldsOf(path).Where(field => !isForeign || ValueForm.CountFields.Contains(field.Name));
    }

    List<ValueForm> StateOf(MethodFrame frame)
    {
        if (frame.This is not { } self)
        {
            _notes.Add($"{frame.Method.Title} is static, or its code keeps no reference to its object: no state of it is told");
            return [];
        }
        return [.. frame.FieldsOf(self).Select(field => ValueForm.Of(field.Path, field.Name.TrimStart('_'), path => FieldsOf(frame, path), _set, CaptureMoment.Enter | AtEnd, out _)).OfType<ValueForm>()];
    }

    ValueForm? MessageOf(MethodFrame frame) =>
        frame.Thrown is { } thrown && ProbeExpressions.TryCapture(frame, "exception._message", out var message, out _) ? ValueForm.Of(message, "message", path => FieldsOf(frame, path), _set, AtEnd, out _) : null;

    // Its parts are told one by one, so what the whole took is looked at here and not there.
    AsyncForm? AsyncOf(MethodFrame frame, ref List<ProbeCondition> atEnd)
    {
        const CaptureMoment each = CaptureMoment.Enter | CaptureMoment.Leave;
        if (frame.MachineState is not { } at || _set.Add(at, CaptureRead.Int32, each) is not { } state) return null;
        var least = 0L;
        foreach (var condition in atEnd.ToList())
            if (condition is ComparedCondition { Left.IsElapsed: true, Sign: ">" or ">=", Right.Whole: { } nanos })
            {
                least = Math.Max(least, nanos);
                atEnd.Remove(condition);
            }
        // The result and the exception are there when it is done, which is state -2.
        if (atEnd.Count > 0) atEnd.Insert(0, new ComparedCondition(new(at), "==", new(null, -2)));
        var task = frame.MachineTask is { } builder ? _set.Add(builder, CaptureRead.UInt64, each) : null;
        var thrown = frame.Thrown is { } exception ? _set.Add(exception, CaptureRead.Type, CaptureMoment.Leave) : null;
        return new(state, task, thrown, least);
    }
}
