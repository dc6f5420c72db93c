// Sums by key, the heaviest first when asked.
namespace Scope.Insight.Views;

/// <summary>Adds up weights by key.</summary>
internal sealed class Tally<TKey> where TKey : notnull
{
    readonly Dictionary<TKey, double> _sums = [];

    /// <summary>The sum of all weights.</summary>
    public double Total { get; private set; }

    /// <summary>Adds a weight.</summary>
    public void Add(TKey key, double weight)
    {
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out _) += weight;
        Total += weight;
    }

    /// <summary>The sum of a key.</summary>
    public double this[TKey key] => _sums.GetValueOrDefault(key);

    /// <summary>Whether the key occurs.</summary>
    public bool Has(TKey key) => _sums.ContainsKey(key);

    /// <summary>How many keys there are.</summary>
    public int Count => _sums.Count;

    /// <summary>A key's share of the total, 0 to 1.</summary>
    public double Share(TKey key) => Total > 0 ? this[key] / Total : 0;

    /// <summary>The keys with their sums, the heaviest first.</summary>
    public IEnumerable<KeyValuePair<TKey, double>> Heaviest => _sums.OrderByDescending(sum => sum.Value);

    /// <summary>The heaviest key; the default when there is none.</summary>
    public TKey? Top
    {
        get
        {
            TKey? top = default;
            var most = double.NegativeInfinity;
            foreach (var (key, sum) in _sums) if (sum > most) (top, most) = (key, sum);
            return top;
        }
    }
}
