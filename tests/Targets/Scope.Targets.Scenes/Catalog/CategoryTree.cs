// The tree of categories.
namespace Scenes.Catalog;

public sealed class CategoryTree
{
    readonly int[] _parents = [.. Enumerable.Range(0, 100).Select(i => i / 3)];

    public int Depth(int category) => category == 0 ? 0 : 1 + Depth(_parents[category % _parents.Length]);

    public int Move(int category, int under) => _parents[category] = under;
}
