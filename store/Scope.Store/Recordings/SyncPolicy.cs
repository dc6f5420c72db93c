// When what was written is made to survive a failure of power. The death of Scope takes nothing that was written, whatever
// the policy: the kernel has it.
namespace Scope.Store.Recordings;

/// <summary>When the disk is made to keep what was written; only what it keeps is acknowledged.</summary>
public enum SyncPolicy
{
    /// <summary>At most 100 ms after it was written.</summary>
    Each100Millis,
    /// <summary>With each write.</summary>
    Always,
    /// <summary>When the system likes; what was written counts as kept.</summary>
    Never,
}

/// <summary>The policies by the words that the configuration has for them.</summary>
public static class SyncPolicies
{
    /// <summary>Each policy with its word; the first is the usual one.</summary>
    public static IReadOnlyList<(string Word, SyncPolicy Policy)> All { get; } = [("100ms", SyncPolicy.Each100Millis), ("always", SyncPolicy.Always), ("never", SyncPolicy.Never)];

    /// <summary>The policy of a word that is in the table.</summary>
    public static SyncPolicy Of(string word) => All.First(p => p.Word == word).Policy;
}
