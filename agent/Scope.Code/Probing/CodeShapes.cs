// What code does, seen in its IL before it runs: for structural breakpoints, which take every method of a shape.
using System.Reflection.Metadata;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>A shape of code.</summary>
/// <param name="Name">What it is asked for by, as in does:swallows.</param>
/// <param name="Says">What it is.</param>
/// <param name="Holds">Whether a body has it; the pattern is that of calls:, null when none was given.</param>
public sealed record CodeShape(string Name, string Says, Func<ModuleMetadata, MethodBodyBlock, NamePattern?, bool> Holds);

/// <summary>The shapes that are known.</summary>
public static class CodeShapes
{
    const string Setter = "set_";

    static readonly string[] Locks = ["System.Threading.Monitor", "System.Threading.Lock", "System.Threading.SemaphoreSlim", "System.Threading.ReaderWriterLockSlim"];
    static readonly string[] Blocking = ["Wait", "GetResult", "get_Result", "WaitAll", "WaitAny"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CodeShape> All { get; } =
    [
        new("calls-in-loop", "makes a call of calls: in each turn of a loop", CallsInLoop),
        new("swallows", "catches an exception and neither rethrows it nor looks at it", Swallows),
        new("awaits-under-lock", "waits for a task, or awaits, while it holds a lock", WaitsUnderLock),
    ];

    /// <summary>The shape of a name; null when there is none.</summary>
    public static CodeShape? Find(string name) => All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a body calls a method of a pattern.</summary>
    public static bool Calls(ModuleMetadata module, MethodBodyBlock body, NamePattern pattern) =>
        Read(module, body).Calls.Any(call => IsNamed(call, pattern));

    /// <summary>Whether a body assigns a field or property of a pattern.</summary>
    public static bool Writes(ModuleMetadata module, MethodBodyBlock body, NamePattern pattern) => IlInstructions.Read(body.GetILReader()).Any(at => at.Code switch
    {
        ILOpCode.Stfld or ILOpCode.Stsfld => module.FieldNameOf(at.Operand) is { } field && pattern.Matches($"{WrittenName.Of(field.Type, "").Type}.{Members.PlainName(field.Name)}"),
        ILOpCode.Call or ILOpCode.Callvirt => module.MethodNameOf(at.Operand) is { } setter && setter.Name.StartsWith(Setter, StringComparison.Ordinal) && pattern.Matches($"{WrittenName.Of(setter.Type, "").Type}.{setter.Name[Setter.Length..]}"),
        _ => false,
    });

    static bool CallsInLoop(ModuleMetadata module, MethodBodyBlock body, NamePattern? pattern)
    {
        var read = Read(module, body);
        return read.Loops.Any(loop => read.Calls.Any(call => loop.Holds(call) && (pattern is null || IsNamed(call, pattern))));
    }

    // A handler that drops the exception at once (pop), throws nothing and calls nothing that could tell of it.
    static bool Swallows(ModuleMetadata module, MethodBodyBlock body, NamePattern? pattern)
    {
        foreach (var region in body.ExceptionRegions)
        {
            if (region.Kind is not (ExceptionRegionKind.Catch or ExceptionRegionKind.Filter)) continue;
            var handler = IlInstructions.Read(body.GetILReader()).SkipWhile(at => at.Offset < region.HandlerOffset).TakeWhile(at => at.Offset < region.HandlerOffset + region.HandlerLength);
            var (isDropped, isTold) = (false, false);
            foreach (var at in handler)
            {
                isDropped |= at.Offset == region.HandlerOffset && at.Code == ILOpCode.Pop;
                isTold |= at.Code is ILOpCode.Rethrow or ILOpCode.Throw || at.NamesMethod;
            }
            if (isDropped && !isTold) return true;
        }
        return false;
    }

    static bool WaitsUnderLock(ModuleMetadata module, MethodBodyBlock body, NamePattern? pattern)
    {
        var depth = 0;
        foreach (var call in Read(module, body).Calls)
        {
            if (Locks.Contains(call.Type)) depth += call.Name is "Enter" or "EnterScope" or "Wait" or "WaitAsync" or "EnterWriteLock" or "EnterReadLock" ? 1 : call.Name is "Exit" or "Release" or "ExitWriteLock" or "ExitReadLock" ? -1 : 0;
            else if (depth > 0 && (Blocking.Contains(call.Name) || call.Name is "AwaitUnsafeOnCompleted" or "AwaitOnCompleted") && call.Type.StartsWith("System.", StringComparison.Ordinal)) return true;
        }
        return false;
    }

    static bool IsNamed(in IlCall call, NamePattern pattern) => pattern.Matches(WrittenName.Of(call.Type, call.Name).Full);

    static IlBody Read(ModuleMetadata module, MethodBodyBlock body) => IlBody.Read(body.GetILReader(), module.MethodNameOf);
}
