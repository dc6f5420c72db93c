// Requests over HTTP, damaged, to the operations of a running watch, each on a connection of its own: each is answered or
// hung up on soon, and the watch is well and no larger afterwards.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Scope.Benchmarks;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

static class MutatedRequests
{
    const int Few = 500, Many = 1_000_000, AtOnce = 250, Senders = 4, MostMillis = 10_000;
    const double MostGrowthMegabytes = 100;

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        using var folder = new TemporaryFolder("requests");
        await File.WriteAllTextAsync(folder["scope.toml"], $"[watch]\nfolder = \"{folder["state"]}\"\nport = 0\n[[watch.target]]\nname = \"nobody-is-called-so\"\n");
        await using var watch = ChildProcess.Start(Recorded.ScopeAttach, ["watch", "--config", folder["scope.toml"]]);
        await Deadline.UntilAsync("the watch to listen", () => File.Exists(folder["state/operations.json"]));
        var url = new Uri(JsonDocument.Parse(await File.ReadAllTextAsync(folder["state/operations.json"])).RootElement.GetProperty("url").GetString()!);
        var token = (await File.ReadAllTextAsync(folder["state/token"])).Trim();
        byte[][] requests = [.. ((string[])["GET /status", "GET /metrics", "POST /trigger/deploy?service=shop", "GET /healthz"]).Select(line =>
            Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\nAccept: */*\r\nConnection: close\r\n\r\n"))];

        var (cases, unanswered, slowest, before) = (0, 0, 0.0, 0L);
        for (; run.Goes(cases, Few, Many); cases += AtOnce)
        {
            var took = new double[AtOnce];
            var first = cases;
            await Parallel.ForAsync(0, AtOnce, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (i, _) => took[i] = await SendAsync(url.Port, Mutation.Of(requests[i % requests.Length], new(first + i))));
            unanswered += took.Count(t => t >= MostMillis);
            slowest = Math.Max(slowest, took.Max());
            if (first == 0) before = AgentWatch.MemoryOf(watch.Id);
        }
        run.Tell($"requests over HTTP: {cases:N0}");
        var grown = (AgentWatch.MemoryOf(watch.Id) - before) / 1e6;
        return
        [
            Measures.Figure("requests over HTTP, damaged", cases),
            Measures.None("  that were neither answered nor hung up on", unanswered),
            Measures.Figure("  the slowest", slowest / 1000, "s"),
            Measures.AtMost("  what the watch grew by", grown, MostGrowthMegabytes, "MB"),
            BenchmarkRow.Alone("  how the watch is afterwards", "200", await HealthAsync(url, token), "", await HealthAsync(url, token) == (int)HttpStatusCode.OK),
        ];
    }

    // Milliseconds until all was answered, or the connection closed.
    static async Task<double> SendAsync(int port, byte[] request)
    {
        var watch = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(MostMillis);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            await socket.SendAsync(request, limit.Token);
            socket.Shutdown(SocketShutdown.Send);
            for (var answer = new byte[4096]; await socket.ReceiveAsync(answer, limit.Token) > 0;) continue;
        }
        catch (SocketException)
        {
            // It hung up on us.
        }
        catch (OperationCanceledException)
        {
            return MostMillis;
        }
        return watch.Elapsed.TotalMilliseconds;
    }

    static async Task<int> HealthAsync(Uri url, string token)
    {
        using var client = new HttpClient { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        for (; ; await Task.Delay(1000)) // It answers so many a second, and no more.
            if ((await client.GetAsync("healthz")).StatusCode is var status && status != HttpStatusCode.TooManyRequests) return (int)status;
    }
}
