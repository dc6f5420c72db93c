// Many short pieces of work for the pool; none of them waits for another.
namespace Scenes.Jobs;

public sealed class SmallJobs
{
    public async Task<int> RunAsync(int seed)
    {
        var parts = Enumerable.Range(0, 12).Select(part => Task.Run(() => Work(seed + part)));
        return (await Task.WhenAll(parts)).Sum();
    }

    static int Work(int seed)
    {
        int hash = seed;
        for (int i = 0; i < 8_000; i++)
            hash = hash * 31 + i;
        return hash & 0xff;
    }
}
