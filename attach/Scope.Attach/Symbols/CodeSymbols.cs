// The layouts of the events that tell code: the runtime's as code comes, the rundown's for what was there before.
using Scope.Attach.Nettrace;
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Attach.Symbols;

/// <summary>Fills a method map from module and method events.</summary>
sealed class CodeSymbols(TargetSymbols symbols)
{
    const uint DynamicModule = 0x4;

    public void Register(EventTable table)
    {
        table.Add(Providers.Runtime, 143, (EventRow _, in NettraceEvent _, ref PayloadCursor payload) => Method(ref payload, out _));
        table.Add(Providers.Runtime, 152, (EventRow _, in NettraceEvent _, ref PayloadCursor payload) => Module(ref payload, out _, out _));
        RegisterRundown(table);
    }

    public void RegisterRundown(EventTable table)
    {
        foreach (var id in (int[])[143, 144])
            table.Add(Providers.Rundown, id, (EventRow _, in NettraceEvent _, ref PayloadCursor payload) => Method(ref payload, out _));
        foreach (var id in (int[])[153, 154])
            table.Add(Providers.Rundown, id, (EventRow _, in NettraceEvent _, ref PayloadCursor payload) => Module(ref payload, out _, out _));
    }

    /// <summary>A verbose method event: MethodID, ModuleID, start, size, token, flags, namespace and type, name, signature.</summary>
    public MethodId Method(ref PayloadCursor payload, out (uint Size, uint Flags) code)
    {
        payload.Skip(8);
        var module = payload.UInt64();
        var start = payload.UInt64();
        code = (payload.UInt32(), 0);
        var token = payload.Int32();
        code.Flags = payload.UInt32();
        var type = payload.Text();
        var name = payload.Text();
        var signature = payload.Text();
        return payload.IsTorn ? default : symbols.MethodTold(start, code.Size, module, token, type.ToString(), name.ToString(), signature.ToString());
    }

    /// <summary>A module event: ModuleID, AssemblyID, flags, reserved, path of the IL.</summary>
    public ModuleId Module(ref PayloadCursor payload, out string path, out bool isDynamic)
    {
        var id = payload.UInt64();
        payload.Skip(8);
        var flags = payload.UInt32();
        payload.Skip(4);
        path = payload.Text().ToString();
        isDynamic = (flags & DynamicModule) != 0;
        return payload.IsTorn ? default : symbols.ModuleTold(id, path, isDynamic);
    }
}
