// The same stream as TraceEvent reads it.
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Diagnostics.Tracing;

namespace Scope.Attach.Tests.Nettrace;

static unsafe class Peer
{
    static readonly FieldInfo Record = typeof(TraceEvent).GetField("eventRecord", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>All events in the order that TraceEvent gives them, and how many it takes for lost.</summary>
    public static (List<Seen> Events, int Lost) Read(byte[] stream)
    {
        var events = new List<Seen>();
        using var source = new EventPipeEventSource(new MemoryStream(stream));
        source.AllEvents += e => events.Add(new(TicksOf(e), e.ProviderName, IdOf(e), e.ThreadID, e.ActivityID, e.RelatedActivityID,
            Convert.ToHexString(e.EventData()), StackOf(e)));
        // Names of providers are known to parsers, and those know them once somebody listens.
        source.Clr.All += _ => { };
        new Microsoft.Diagnostics.Tracing.EventPipe.SampleProfilerTraceEventParser(source).All += _ => { };
        new Microsoft.Diagnostics.Tracing.Parsers.Clr.ClrRundownTraceEventParser(source).All += _ => { };
        source.Dynamic.All += _ => { };
        source.Process();
        return (events, source.EventsLost);
    }

    // TraceEvent hands stacks on to TraceLog only; they stand in its event record, which has the layout of ETW's.
    static string StackOf(TraceEvent e)
    {
        var record = (byte*)Pointer.Unbox((Pointer)Record.GetValue(e)!);
        int count = Unsafe.ReadUnaligned<ushort>(record + 84);
        var item = *(byte**)(record + 88);
        for (var i = 0; i < count; i++, item += 16)
        {
            var kind = Unsafe.ReadUnaligned<ushort>(item + 2);
            int size = Unsafe.ReadUnaligned<ushort>(item + 6);
            if (kind is 5 or 6) return Convert.ToHexString(new ReadOnlySpan<byte>(*(byte**)(item + 8) + 8, size - 8));
        }
        return "";
    }

    // It gives the collector's dynamic events ids of its own, made up from the top.
    static int IdOf(TraceEvent e) => e.ProviderName == "Microsoft-Windows-DotNETRuntime" && (int)e.ID >= 65000 ? 39 : (int)e.ID;

    static long TicksOf(TraceEvent e) => Unsafe.ReadUnaligned<long>((byte*)Pointer.Unbox((Pointer)Record.GetValue(e)!) + 16);
}
