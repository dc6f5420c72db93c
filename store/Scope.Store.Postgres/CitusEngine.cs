// Hours in partitions that Citus distributes over its workers, or over shards of one server: packed and dropped like those of any
// Postgres, but for detaching, which Citus does not do concurrently.
namespace Scope.Store.Postgres;

/// <summary>Distributed partitions.</summary>
sealed class CitusEngine : PartitionEngine
{
    /// <inheritdoc/>
    public override WarmEngineChoice Kind => WarmEngineChoice.Citus;

    /// <inheritdoc/>
    public override ServerExtension Extension { get; } = new("citus", IsTakenUnasked: false);

    /// <inheritdoc/>
    protected override bool DetachesConcurrently => false;
}
