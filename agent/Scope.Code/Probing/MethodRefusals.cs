// Why a method cannot be probed: said before anything is touched, so that nobody waits for a hit that cannot come.
using System.Reflection;
using System.Reflection.Metadata;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>Refuses methods.</summary>
static class MethodRefusals
{
    const MethodImplAttributes RuntimeAsync = (MethodImplAttributes)0x2000;
    const string CoreLibrary = "System.Private.CoreLib";

    /// <summary>The reason, or null when it can be probed.</summary>
    /// <param name="module">Its module.</param>
    /// <param name="method">The method as written.</param>
    /// <param name="body">Its code; null when it has none.</param>
    /// <param name="isForced">Whether the inside of the runtime's own library was asked for with open eyes.</param>
    public static string? Of(ModuleMetadata module, MethodDefinition method, MethodBodyBlock? body, bool isForced)
    {
        if ((method.Attributes & MethodAttributes.Abstract) != 0) return "it is abstract: probe what overrides or implements it (base: finds them)";
        if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0) return "it is native code (extern), which has no IL: probe its callers";
        if ((method.ImplAttributes & RuntimeAsync) != 0) return "it is async by the runtime itself, whose code cannot be rewritten: probe what it calls";
        if (body is null) return "the runtime makes its code by itself, there is no IL to rewrite: probe its callers";
        var size = body.GetILReader().Length;
        if (size > Limits.ProbeIlBytes) return $"it has {size} bytes of IL, and rewriting more than {Limits.ProbeIlBytes} would hold the compiler up: probe what it calls";
        if (IlInstructions.Read(body.GetILReader()).Any(at => at.Code == ILOpCode.Jmp)) return "it leaves by a jmp instruction, after which there is no leaving to see: probe where it goes";
        if (!isForced && module.Info.Name.Equals(CoreLibrary, StringComparison.OrdinalIgnoreCase)) return "it is inside the runtime's own library, which the runtime itself and we may be using at any moment: --force takes it all the same";
        return null;
    }
}
