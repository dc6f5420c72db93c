// Looks for customers that were entered twice; runs beside the service.
namespace Scenes.Crm;

public sealed class DuplicateFinder : BackgroundService
{
    readonly string[] _names = [.. Enumerable.Range(0, 4000).Select(i => $"Customer {i * 7919 % 100_003} Street {i % 211}")];

    public int Found { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() =>
    {
        while (!stoppingToken.IsCancellationRequested)
            foreach (string name in _names)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                Found += CountSimilar(name);
            }
    }, stoppingToken);

    int CountSimilar(string name)
    {
        int similar = 0;
        foreach (string other in _names)
            if (Distance(name, other) < 3)
                similar++;
        return similar;
    }

    static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
