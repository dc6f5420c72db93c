// All products in memory, by number.
namespace Scenes.Catalog;

public sealed record IndexedProduct(int Id, string Name, byte[] Picture);

public sealed class ProductIndex
{
    readonly Dictionary<int, IndexedProduct> _byId;

    public ProductIndex(int products) => _byId = Enumerable.Range(0, products).ToDictionary(id => id, id => new IndexedProduct(id, $"product {id}", new byte[10_000]));

    public string Describe(int id)
    {
        var product = _byId[id % _byId.Count];
        var words = new List<string>();
        for (int i = 0; i < 400; i++)
            words.Add($"{product.Name} {i}");
        return words[^1];
    }
}
