// The operations of a running watch: two services that share it, who gets in, metrics, status, and a call that makes a rule run
// a command and tell somebody, signed.
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class OperationsTests
{
    const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite, OwnFolder = OwnFile | UnixFileMode.UserExecute;
    const string Key = "the key of the signature";

    [TestMethod]
    public async Task Two_services_share_a_watch_whose_operations_are_for_who_knows_the_token()
    {
        using OwnWatch watch = new();
        using var told = new HttpListener();
        var address = $"http://127.0.0.1:{RandomNumberGenerator.GetInt32(20_000, 60_000)}/hook/";
        told.Prefixes.Add(address);
        told.Start();
        await File.WriteAllTextAsync(watch["key"], Key);
        watch.Configure(["one", "two"], $$"""
            [[watch.rule]]
            name = "asked"
            when = "webhook"
            of = "deploy"
            do = ["command", "post"]
            command = ["/usr/bin/touch", "{{watch["called"]}}-{service}-{rule};$HOME"]
            url = "{{address}}"
            secret_file = "{{watch["key"]}}"
            """);
        await using var one = await Shop(watch.As("one"));
        await using var two = await Shop(watch.As("two"));
        await using var watching = watch.Start();
        await Deadline.UntilAsync("both to be attached", async () => (await watch.StatusAsync()).Output is var text && text.Contains($"one ({one.Id})") && text.Contains($"two ({two.Id})"));

        using var client = watch.Operations();
        async Task<HttpStatusCode> Ask(HttpMethod method, string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(method, path);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            return (await client.SendAsync(request)).StatusCode;
        }
        (await Ask(HttpMethod.Get, "metrics")).ShouldBe(HttpStatusCode.Unauthorized);
        (await Ask(HttpMethod.Post, "trigger/deploy", ("Authorization", "Bearer wrong"))).ShouldBe(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", watch.Token);
        (await Ask(HttpMethod.Get, "healthz")).ShouldBe(HttpStatusCode.OK);
        // On a connection of its own: the platform's listener answers a host that is not its own twice, and the second answer would be read as the next request's.
        (await Ask(HttpMethod.Get, "healthz", ("Host", "evil.example:80"), ("Connection", "close"))).ShouldBeOneOf(HttpStatusCode.MisdirectedRequest, HttpStatusCode.NotFound);
        (await Ask(HttpMethod.Post, "trigger/deploy", ("Origin", "http://evil.example"))).ShouldBe(HttpStatusCode.Forbidden);
        (await Ask(HttpMethod.Get, "trigger/deploy")).ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await Ask(HttpMethod.Post, "trigger/other")).ShouldBe(HttpStatusCode.NotFound);
        (await client.PostAsync("trigger/deploy", new ByteArrayContent(new byte[100_000]))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        (await Ask(HttpMethod.Post, "trigger/deploy")).ShouldBe(HttpStatusCode.Accepted);
        var services = new[] { await NextTold(told), await NextTold(told) };
        services.Order().ShouldBe(["one", "two"]);
        foreach (var service in services) File.Exists(watch[$"called-{service}-asked;$HOME"]).ShouldBeTrue("no shell reads the arguments");

        await Deadline.UntilAsync("events of both to be in the metrics", async () => PrometheusText.Parse(await client.GetStringAsync("metrics")) is var m
            && m.GetValueOrDefault($"scope_target_events_total{{service=\"one\",pid=\"{one.Id}\"}}") > 0 && m.GetValueOrDefault($"scope_target_events_total{{service=\"two\",pid=\"{two.Id}\"}}") > 0);
        var metrics = PrometheusText.Parse(await client.GetStringAsync("metrics"));
        metrics["scope_targets"].ShouldBe(2);
        metrics["scope_rule_fired_total{rule=\"asked\"}"].ShouldBe(2);
        metrics["scope_spool_bytes"].ShouldBeGreaterThan(0);
        metrics[$"scope_target_lost_total{{service=\"one\",pid=\"{one.Id}\",source=\"Ring\"}}"].ShouldBe(0);
        foreach (var (metric, least) in new[] { ("pressure_level", 0.0), ("own_cpu_cores", 0.0), ("own_memory_bytes", 1 << 20), ("spooled_bytes", 0) }) metrics[$"scope_target_{metric}{{service=\"one\",pid=\"{one.Id}\"}}"].ShouldBeGreaterThanOrEqualTo(least, metric);
        (await watch.StatusAsync()).Output.ShouldContain("pressure normal");
        var audit = await File.ReadAllTextAsync(watch["state/audit.jsonl"]);
        audit.ShouldContain("/usr/bin/touch ended with exit code 0");
        foreach (var secret in (string[])[Key, watch.Token]) audit.ShouldNotContain(secret);
        foreach (var path in Directory.EnumerateFileSystemEntries(watch["state"], "*", SearchOption.AllDirectories).Append(watch["state"]))
            if (FileFacts.Of(path) is { } facts) facts.Mode.ShouldBe(facts.Kind == FileFacts.Sort.Folder ? OwnFolder : OwnFile, path);
        watching.Kill();
        await watching.EndAsync();
        (await watch.StatusAsync()).ShouldRefuse("no watch answers", ScopeAttach.CouldNotAttach);
    }

    static Task<TargetProcess> Shop(Dictionary<string, string?> environment) => TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], environment);

    static async Task<string> NextTold(HttpListener listener)
    {
        var context = await listener.GetContextAsync().WaitAsync(Deadline.Usual);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Request.Headers["X-Scope-Signature-256"].ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), body.ToArray())));
        context.Response.StatusCode = 204;
        context.Response.Close();
        var said = JsonDocument.Parse(body.ToArray()).RootElement;
        said.GetProperty("why").GetString().ShouldBe("POST /trigger/deploy");
        return said.GetProperty("service").GetString()!;
    }
}
