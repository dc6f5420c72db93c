// Previews, kept in memory while that lasts.
namespace Scenes.Media;

public sealed class PreviewStore
{
    readonly Dictionary<int, List<string>> _previews = [];
    readonly Lock _lock = new();

    public PreviewStore()
    {
        for (int i = 0; i < 2_000; i++)
            _previews[i] = [.. Enumerable.Range(0, 60).Select(line => $"preview {i} line {line}")];
    }

    public int Show(int id)
    {
        lock (_lock)
            _previews[id % 2_000] = [.. Enumerable.Range(0, 60).Select(line => $"preview {id} line {line}")];
        Trim();
        return id;
    }

    static void Trim()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > 4_000_000)
            GC.Collect();
    }
}
