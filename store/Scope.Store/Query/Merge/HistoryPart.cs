// What an answer is made of: tiers, each with a part of a recording.
using Scope.Store.Cold;

namespace Scope.Store.Query.Merge;

/// <summary>One tier with a part of one recording. Tiers of one recording have the same ids for the same events.</summary>
/// <param name="Recording">The recording's name.</param>
/// <param name="Tier">What it is: hot, disk, warm, cold.</param>
/// <param name="History">What is asked. It holds every event from its oldest on, up to where a newer tier takes over. One that reads its dictionaries when it is opened, as the database's does, knows no payloads that came later: it is opened anew for each answer.</param>
public sealed record HistoryPart(string Recording, string Tier, IHistory History);

/// <summary>What a part had to do with an answer.</summary>
/// <param name="Recording">The recording's name.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Events">Events that it gave.</param>
/// <param name="TookNanos">How long it was asked, ns.</param>
/// <param name="Asked">How often; 0 when it was known to hold nothing of the answer, or was left out.</param>
/// <param name="LeftOut">What asking it would have fetched; null when it was not left out.</param>
public sealed record AnswerPart(string Recording, string Tier, long Events, long TookNanos, int Asked, ColdCost? LeftOut = null);
