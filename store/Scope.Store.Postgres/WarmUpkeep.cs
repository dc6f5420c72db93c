// What has to be done to the warm tier now and then, by whoever has time: any agent that ships, or a person with the verb.
// Several may do it at once; what one is busy with, the others leave.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>What was done.</summary>
/// <param name="PackedHours">How many hours were packed.</param>
/// <param name="PackedEvents">How many events they had.</param>
/// <param name="DroppedTables">How many tables went: of hours that are too old, and raw ones that packing had emptied.</param>
public sealed record WarmUpkeepOutcome(int PackedHours, long PackedEvents, int DroppedTables);

/// <summary>Packs hours that are over and drops what need not be kept.</summary>
public static class WarmUpkeep
{
    /// <summary>What is kept by two settings of which each may bind nothing.</summary>
    public static WarmKeeping Keeping(TimeSpan? age, long bytes) => new(age, bytes == 0 ? null : bytes);

    /// <summary>Does what is due.</summary>
    public static async Task<WarmUpkeepOutcome> RunAsync(NpgsqlDataSource database, WarmKeeping keeping, EventTime now, CancellationToken cancellation = default)
    {
        var (hours, events) = (0, 0L);
        // What is dropped at once need not be packed first.
        var dropped = await Retention.ApplyAsync(database, keeping, now, cancellation);
        var engine = await WarmEngines.OfAsync(database, cancellation);
        foreach (var hour in await HourPacking.OverAsync(database, now, cancellation))
            if (await engine.CloseAsync(database, hour, cancellation) is { } packed)
            {
                hours++;
                events += packed.Events;
            }
        return new(hours, events, dropped);
    }
}
