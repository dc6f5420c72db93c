// What a figure was lately, so that "three times as much as usual" means something: the median of ten minutes, without the
// newest ten seconds, which may be the trouble itself.
namespace Scope.Agent.Watch.Triggers;

/// <summary>The baseline of one figure, which is read once a second.</summary>
sealed class Baseline
{
    const int Seconds = 600, Newest = 10, Fewest = 60;

    readonly double[] _values = new double[Seconds];
    long _count;

    /// <summary>Takes the figure of a second.</summary>
    public void Add(double value) => _values[_count++ % Seconds] = value;

    /// <summary>The usual figure; null while too little is known.</summary>
    public double? Usual()
    {
        var known = (int)Math.Min(_count, Seconds) - Newest;
        if (known < Fewest) return null;
        var old = new double[known];
        for (var i = 0; i < known; i++) old[i] = _values[(_count - Newest - 1 - i) % Seconds];
        Array.Sort(old);
        return old[known / 2];
    }
}
