// scope-attach status: how a running watch stands, as it says itself.
using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Scope.Agent.Watch;
using Scope.Agent.Watch.Operations;

namespace Scope.Agent.Verbs;

static class StatusVerb
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("status", "Tells how a running watch stands: its targets, what was lost, its spool, which rules fired.") { Config, Json };
        verb.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
        return verb;
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var folder = WatchFolder.Of(CommonOptions.SettingsOf(parsed, Config, []).Settings.Watch.Folder);
        var status = await AskAsync(folder, cancel);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, status);
        else Tell(status);
        return ExitCode.Ok;
    }

    static async Task<JsonElement> AskAsync(string folder, CancellationToken cancel)
    {
        try
        {
            var address = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, OperationsServer.AddressFile), cancel)).RootElement.GetProperty("url").GetString()!;
            using var client = new HttpClient { BaseAddress = new(address), Timeout = Within };
            if (File.Exists(Path.Combine(folder, OperationsServer.TokenFile))) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, OperationsServer.TokenFile), cancel)).Trim());
            return JsonDocument.Parse(await client.GetStringAsync("status", cancel)).RootElement;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or TaskCanceledException or JsonException)
        {
            throw new UserError(ExitCode.CouldNotAttach, $"no watch answers for the folder {folder}: {e.Message} Start it with scope-attach watch, or name its folder in watch.folder");
        }
    }

    static void Tell(JsonElement status)
    {
        Console.WriteLine(status.GetProperty("healthy").GetBoolean() ? $"Watching since {status.GetProperty("started").GetDateTime():yyyy-MM-dd HH:mm:ss} UTC" : $"Watching, but {status.GetProperty("illness").GetString()}");
        foreach (var t in status.GetProperty("targets").EnumerateArray())
        {
            Console.WriteLine($"{t.GetProperty("service").GetString()} ({t.GetProperty("pid").GetInt32()}), profile {t.GetProperty("profile").GetString()}: {t.GetProperty("captured").GetInt64():N0} events, {t.GetProperty("lostEvents").GetInt64():N0} lost, {t.GetProperty("lagSeconds").GetDouble():0.0} s behind, pressure {t.GetProperty("pressure").GetString()}; {t.GetProperty("recording").GetString()}");
            foreach (var loss in t.GetProperty("lost").EnumerateObject().Where(l => l.Value.GetInt64() > 0)) Console.WriteLine($"    lost: {loss.Name} {loss.Value.GetInt64():N0}{(Events.Ledger.CountsEvents(Enum.Parse<Events.LossSource>(loss.Name)) ? "" : ", parts of events that are there")}");
            if (t.GetProperty("diskProblem").GetString() is { } problem) Console.WriteLine("    " + problem);
            if (t.GetProperty("warmRefused") is { ValueKind: JsonValueKind.Number } refused) Console.WriteLine($"    {refused.GetInt64():N0} events were refused by the database for good and are set aside: scope-attach store status says where, and why");
            if (t.GetProperty("note").GetString() is { } note) Console.WriteLine("    " + note);
        }
        foreach (var r in status.GetProperty("refused").EnumerateArray()) Console.WriteLine($"not attached: {r.GetProperty("process").GetString()}: {r.GetProperty("why").GetString()}");
        foreach (var f in status.GetProperty("fired").EnumerateObject()) Console.WriteLine($"rule {f.Name} fired {f.Value.GetInt64()} times");
    }
}
