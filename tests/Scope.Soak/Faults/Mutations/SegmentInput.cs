// A sealed segment, damaged, through the reader of recordings.
using Scope.Events;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

sealed class SegmentInput(MutationMaterial material) : IMutatedInput
{
    public string Name => "segments";

    public void Take(Random random)
    {
        var damage = new SegmentFileReader(new Catalog()).Read(new MemoryStream(Mutation.Of(material.Segment, random)), "damaged.seg", static (_, _) => { });
        if (damage is { What.Length: 0 }) throw new InvalidOperationException("it is damaged and does not say how");
    }

    public void Dispose() { }
}
