// Runtimes that are not this machine's: a small service, published with the runtime that it is for, which NuGet has. What
// cannot be had there (no network, no such package) is told as inconclusive, not as passed.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class OlderRuntimesTests
{
    const string Source = """
        using System.Runtime.CompilerServices;
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/carts/{id}", (string id) => Carts.Quantity("x" + id).ToString());
        app.Urls.Add("http://127.0.0.1:0");
        app.Start();
        Console.WriteLine("listening on " + app.Urls.First());
        Console.In.ReadToEnd();

        public static class Carts
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            public static int Quantity(string text)
            {
                try { return int.Parse(text); } catch (FormatException) { return 0; }
            }
        }
        """;

    static readonly (string Framework, string Properties)[] Runtimes =
    [
        ("net8.0", "<SelfContained>true</SelfContained>"),
        ("net9.0", "<SelfContained>true</SelfContained>"),
        ("net10.0", "<SelfContained>true</SelfContained><PublishSingleFile>true</PublishSingleFile>"),
        ("net9.0", "<PublishAot>true</PublishAot><EventSourceSupport>true</EventSourceSupport>"),
    ];

    static IEnumerable<object[]> Chosen =>
        (Environment.GetEnvironmentVariable("SCOPE_ALL_RUNTIMES") is null ? Runtimes.Take(1) : Runtimes).Select(runtime => new object[] { runtime.Framework, runtime.Properties });

    [TestMethod]
    [DynamicData(nameof(Chosen))]
    public async Task A_service_on_another_runtime_is_recorded_and_diagnosed(string framework, string properties)
    {
        using var folder = new TemporaryFolder();
        string program = await PublishAsync(folder, framework, properties);
        await using var service = await TargetProcess.StartAsync(program, [], environment: null);
        using var stop = new CancellationTokenSource();
        var load = SendAsync(service.Client, stop.Token);

        string recording = await ScopeAttach.RecordAsync(service.Id.ToString(), seconds: 5, folder, "--quiet");
        var inside = await ScopeAttach.RunAsync(service.Id.ToString(), "--inside", "--duration", "3s", "--no-report", "--snapshot", "none", "--quiet", "-o", folder["inside"]);
        await stop.CancelAsync();
        int sent = await load;

        var findings = FindingsFile.Of(recording);
        findings.Target.GetProperty("runtimeVersion").GetString()!.ShouldStartWith(framework[3..]);
        sent.ShouldBeGreaterThan(100);
        bool isAot = properties.Contains("Aot");
        // Not by its rank: what a busy machine does to so small a service may be told first, and rightly.
        findings.Findings.ShouldContain(finding => finding.Cause == "exception-storm" && finding.Culprit == (isAot ? "System.FormatException" : "Carts.Quantity"), findings.Print());
        await ShouldHoldAsync(recording, "request", "System.Runtime/gc-heap-size", "GET /carts/");
        await ShouldHoldFromInsideAsync(Directory.GetDirectories(folder["inside"]).Single(), inside, isAot);
        if (isAot) File.ReadAllText(Path.Combine(recording, "incident.html")).ShouldContain("compiled ahead of time");
    }

    static async Task ShouldHoldAsync(string recording, string kind, string counter, string route)
    {
        var requests = await ScopeAttach.RunAsync("query", recording, "--kind", kind, "--text", route, "--limit", "20");
        requests.Output.Split('\n').Length.ShouldBeGreaterThan(20, requests.Output);
        requests.Output.ShouldNotContain(" in System."); // A request has no stack, though older runtimes bring one with each event.
        var counters = await ScopeAttach.RunAsync("query", recording, "--kind", "metric", "--text", counter);
        counters.Output.ShouldContain(counter);
    }

    // Where no assembly can be loaded, the reason is told and the runtime's own events serve.
    static async Task ShouldHoldFromInsideAsync(string recording, Ended recorded, bool isAot)
    {
        recorded.ExitCode.ShouldBe(ScopeAttach.Ok, recorded.Errors);
        recorded.Errors.Contains("not recorded from inside").ShouldBe(isAot, recorded.Errors);
        var requests = await ScopeAttach.RunAsync("query", recording, "--kind", "request", "--text", isAot ? "GET /carts/" : "GET /carts/{id}", "--limit", "20");
        requests.Output.Split('\n').Length.ShouldBeGreaterThan(20, requests.Output);
    }

    static async Task<int> SendAsync(HttpClient client, CancellationToken stop)
    {
        int sent = 0;
        while (!stop.IsCancellationRequested)
        {
            (await client.GetAsync($"/carts/{sent++}", CancellationToken.None)).EnsureSuccessStatusCode();
            await Task.Delay(10, CancellationToken.None);
        }
        return sent;
    }

    static async Task<string> PublishAsync(TemporaryFolder folder, string framework, string properties)
    {
        string source = Directory.CreateDirectory(folder["source"]).FullName;
        File.WriteAllText(Path.Combine(source, "Program.cs"), Source);
        File.WriteAllText(Path.Combine(source, "Carts.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework><RuntimeIdentifier>linux-x64</RuntimeIdentifier><ImplicitUsings>enable</ImplicitUsings><InvariantGlobalization>true</InvariantGlobalization>{properties}
              </PropertyGroup>
            </Project>
            """);
        var published = await ChildProcess.RunAsync("dotnet", ["publish", source, "-c", "Release", "-o", folder["out"], "--nologo"], TimeSpan.FromMinutes(3));
        if (published.ExitCode != 0 && published.Output.Contains("error NU", StringComparison.Ordinal)) Assert.Inconclusive($"{framework} cannot be had here: {published.Output}");
        published.ExitCode.ShouldBe(0, published.Output);
        return Path.Combine(folder["out"], "Carts");
    }
}
