// Ten thousand secrets of twenty kinds, planted in every way that a target can say something, and a search for them in all
// that a recording leaves behind. What the recording holds besides shows that the places they were planted in did arrive.
using System.Text;
using System.Text.RegularExpressions;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed partial class SecretsTests
{
    const int Planted = 10_000;

    [TestMethod]
    public async Task Of_ten_thousand_planted_secrets_none_is_in_the_recording_the_database_the_archive_or_the_report()
    {
        await using var postgres = await PostgresServer.StartAsync();
        using TemporaryFolder folder = new(), outside = new();
        await File.WriteAllTextAsync(outside["connection"], postgres.ConnectionString);
        var environment = new Dictionary<string, string?> { ["SCOPE__STORE__WARM__CONNECTION_FILE"] = outside["connection"], ["DB_PASSWORD"] = "zq00000000vk",
            ["SCOPE__REDACTION__KEYS"] = "shelf, locker", ["SCOPE__REDACTION__PATTERN"] = "badge [a-z0-9]+" };
        await using var target = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Secrets"), ["--db-password", "zq00000000vk", "--connection=Host=db;Password=zq00000000vk"], environment);
        await target.LineAsync("ready");
        await using var scope = ChildProcess.Start(ScopeAttach.Program,
            [target.Id.ToString(), "-o", folder.Path, "--providers", "Planted-Events:0xffffffff:4", "--profile", "deep", "--quiet"], environment);
        await Deadline.UntilAsync("a recording to begin", () => Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0));

        await target.WriteLineAsync($"{Planted}");
        await target.LineAsync("planted");
        scope.Signal(2);
        (await scope.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, scope.Errors);

        var recording = ScopeAttach.RecordingIn(folder);
        var told = await WrittenAsync("export", recording, "--format", "ndjson");
        foreach (var place in (string[])["it said", "it failed", "InvalidOperationException", "\"note\"", "\"locker\"", "Planted-Events"]) told.ShouldContain(place);
        Regex.Count(told, Regex.Escape("[redacted]")).ShouldBeGreaterThan(Planted / 2); // A card in a name, say, is one name however often.
        ShouldHoldNoSecret(told, "the recording");
        (await ChildProcess.RunAsync(ScopeAttach.Program, ["store", "ship", recording], environment: environment)).ExitCode.ShouldBe(ScopeAttach.Ok);
        var warm = await ChildProcess.RunAsync(ScopeAttach.Program, ["query", recording, "--warm", "--limit", "1000000", "--json"], environment: environment);
        warm.ExitCode.ShouldBe(ScopeAttach.Ok, warm.Errors);
        warm.Output.ShouldContain("[redacted]");
        ShouldHoldNoSecret(warm.Output + warm.Errors, "the database");
        foreach (var file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)) ShouldHoldNoSecret(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), file);

        Task<string> WrittenAsync(params string[] arguments) => ReadAsync([.. arguments, "-o", outside["written"]]);

        async Task<string> ReadAsync(string[] arguments)
        {
            var ended = await ChildProcess.RunAsync(ScopeAttach.Program, arguments, environment: environment);
            ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
            return await File.ReadAllTextAsync(outside["written"]);
        }
    }

    static void ShouldHoldNoSecret(string text, string where)
    {
        foreach (Match found in Core().Matches(text)) Assert.Fail($"{where} holds {Around(text, found)}");
        foreach (Match token in Base64().Matches(text))
            if (Decoded(token.Value) is { } inside && Core().IsMatch(inside)) Assert.Fail($"{where} holds {Around(text, token)}, which is {inside}");
    }

    static string Around(string text, Match found) => text[Math.Max(0, found.Index - 200)..Math.Min(text.Length, found.Index + found.Length + 40)];

    static string? Decoded(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token[..(token.Length / 4 * 4)], bytes, out var length) ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }

    [GeneratedRegex("zq[0-9a-f]{8}vk|497010[0-9]{10}|4970 10[0-9]{2} [0-9]{4}", RegexOptions.IgnoreCase)]
    private static partial Regex Core();

    [GeneratedRegex("[A-Za-z0-9+/]{16,200}={0,2}")]
    private static partial Regex Base64();
}
