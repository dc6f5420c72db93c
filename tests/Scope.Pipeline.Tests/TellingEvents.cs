// Events all of whose fields follow from one number, so that a torn or foreign one gives itself away.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Pipeline.Tests;

static class TellingEvents
{
    public static ScopeEvent Number(long i) => new()
    {
        Time = new(i),
        Value = ~i,
        Kind = (EventKind)(i % 48 + 1),
        Flags = (EventFlags)(i & 0x3F),
        Target = new((ushort)i),
        Detail = (ushort)(i >> 3),
        Thread = new((int)i),
        Span = new((int)i + 1),
        Parent = new((int)i + 2),
        Flow = new((int)i + 3),
        Method = new((int)i + 4),
        CodeNode = new((int)i + 5),
        Name = new((int)i + 6),
        Stack = new((int)i + 7),
        Payload = new((int)i + 8),
        Related = new((int)i + 9),
    };

    /// <summary>Whether it is whole.</summary>
    public static bool IsWhole(in ScopeEvent e) => AreSame(in e, Number(~e.Value));

    /// <summary>Whether two are the same, byte for byte.</summary>
    public static bool AreSame(in ScopeEvent a, in ScopeEvent b) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<ScopeEvent>(in a)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<ScopeEvent>(in b)));
}
