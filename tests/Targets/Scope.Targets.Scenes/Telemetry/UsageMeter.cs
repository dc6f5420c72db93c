// Counts what is used, with tags.
namespace Scenes.Telemetry;

public interface IUsageMeter
{
    void Record(string name, params object[] tags);
}

public sealed class UsageMeter : IUsageMeter
{
    readonly Dictionary<string, long> _counts = [];
    readonly Lock _lock = new();

    public void Record(string name, params object[] tags)
    {
        string key = name + string.Concat(tags.Select(tag => "|" + tag));
        lock (_lock)
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
    }
}

public sealed class PixelService(IUsageMeter meter)
{
    public int Draw(int image)
    {
        for (int pixel = 0; pixel < 12_000; pixel++)
            meter.Record("pixel", pixel % 3, image % 2 == 0, 'c');
        return image;
    }
}
