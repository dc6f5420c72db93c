// A scope-attach watch of a test's own: its folder and its scope.toml, services whose processes only it takes, as they have its
// mark in their environment, and what it says meanwhile: its status, its operations, its audit log.
using System.Net.Http.Headers;
using System.Text.Json;

namespace Scope.Testing;

/// <summary>What a test needs of one watch; its folder goes on dispose.</summary>
public sealed class OwnWatch : IDisposable
{
    const string Variable = "SCOPE_TEST_WATCHED_BY";

    static readonly string s_program = Checkout.Program("agent/Scope.Agent", "scope-attach");

    readonly TemporaryFolder _folder = new("watch");

    /// <summary>The path of a file or folder in its folder; what watch keeps itself is below "state".</summary>
    public string this[string name] => _folder[name];

    /// <summary>Writes its scope.toml: each service with the light profile, and what more the test wants.</summary>
    public void Configure(string[] services, string more = "") => File.WriteAllText(this["scope.toml"], $"""
        [watch]
        folder = "{this["state"]}"
        port = 0
        poll = "200ms"
        {string.Join('\n', services.Select(TargetOf))}
        {more}
        """);

    /// <summary>The environment of a process that is to be taken for a service.</summary>
    public Dictionary<string, string?> As(string service) => new() { [Variable] = MarkOf(service) };

    /// <summary>Starts it.</summary>
    public ChildProcess Start(params string[] options) => ChildProcess.Start(s_program, ["watch", "--config", this["scope.toml"], .. options]);

    /// <summary>What scope-attach status says of it.</summary>
    public Task<Ended> StatusAsync(params string[] options) => ChildProcess.RunAsync(s_program, ["status", "--config", this["scope.toml"], .. options]);

    /// <summary>A client of its operations, without the token.</summary>
    public HttpClient Operations() => new() { BaseAddress = new(JsonDocument.Parse(File.ReadAllText(this["state/operations.json"])).RootElement.GetProperty("url").GetString()!) };

    /// <summary>The token of its operations.</summary>
    public string Token => File.ReadAllText(this["state/token"]);

    /// <summary>Calls a trigger of its rules.</summary>
    public async Task CallAsync(string name)
    {
        using var client = Operations();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        (await client.PostAsync("trigger/" + name, content: null)).EnsureSuccessStatusCode();
    }

    /// <summary>The lines of its audit log so far.</summary>
    public IReadOnlyList<Audited> Audit() => !File.Exists(this["state/audit.jsonl"]) ? [] :
        [.. File.ReadAllLines(this["state/audit.jsonl"]).Select(line => JsonSerializer.Deserialize<Audited>(line, JsonSerializerOptions.Web)!)];

    /// <summary>Waits until something was done so many times.</summary>
    public Task AuditedAsync(string what, int times = 1) =>
        Deadline.UntilAsync($"{what} to be in the audit log {times} times", () => Audit().Count(line => line.Done && line.What == what) >= times);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    string TargetOf(string service) => $"""
        [[watch.target]]
        service = "{service}"
        environment = ["{Variable}={MarkOf(service)}"]
        profile = "light"
        """;

    string MarkOf(string service) => $"{Path.GetFileName(_folder.Path)}-{service}";
}

/// <summary>A line of the audit log.</summary>
/// <param name="What">What happened.</param>
/// <param name="Service">The service; "" where it is about none.</param>
/// <param name="Rule">The rule; "" where it is about none.</param>
/// <param name="Done">Whether it was done.</param>
/// <param name="Text">Why, or what came of it.</param>
public sealed record Audited(string What, string Service, string Rule, bool Done, string Text);
