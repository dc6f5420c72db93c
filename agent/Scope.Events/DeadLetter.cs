// What a stage of ours failed at by a mistake, for who mends it. It holds numbers and handles and no text of the target's, whose
// secrets have not been looked for yet; what the error says goes through redaction before it is kept.
using System.Runtime.InteropServices;

namespace Scope.Events;

/// <summary>Something that a stage could do nothing with.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Its numbers as they lay in memory; none where there are only texts.</param>
/// <param name="Error">What the stage said.</param>
public sealed record DeadLetter(string Stage, EventTime Time, string Kind, byte[] Bytes, Exception Error)
{
    /// <summary>One about an event, or what stands before its texts in a stream.</summary>
    /// <typeparam name="T">The event's form: numbers only.</typeparam>
    public static DeadLetter Of<T>(string stage, EventTime time, string kind, in T e, Exception error) where T : unmanaged =>
        new(stage, time, kind, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in e)).ToArray(), error);
}
