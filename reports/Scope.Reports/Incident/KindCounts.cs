// How many events of each kind there were, so that a reader can tell "none happened" from "none was recorded".
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Events by kind.</summary>
sealed class KindCounts : Section
{
    readonly long[] _counts = new long[64];

    public override string Key => "byKind";

    public override KindSet Kinds => KindSet.All;

    public override void Take(EventId id, in ScopeEvent e) => _counts[(int)e.Kind & 63]++;

    protected override void Write(Utf8JsonWriter data)
    {
        for (var kind = 0; kind < _counts.Length; kind++)
            if (_counts[kind] > 0) data.WriteNumber(kind.ToString(), _counts[kind]);
    }
}
