// An event as a reader saw it, so that two readers of the same stream can be compared.
namespace Scope.Attach.Tests.Nettrace;

sealed record Seen(long Ticks, string Provider, int EventId, long ThreadId, Guid Activity, Guid Related, string Payload, string Stack)
{
    /// <summary>In the order of time, and among equals in an order that both readers arrive at.</summary>
    public static List<Seen> Canonical(IEnumerable<Seen> events) =>
        [.. events.OrderBy(e => e.Ticks).ThenBy(e => e.ThreadId).ThenBy(e => e.Provider, StringComparer.Ordinal).ThenBy(e => e.EventId).ThenBy(e => e.Payload, StringComparer.Ordinal)];
}
