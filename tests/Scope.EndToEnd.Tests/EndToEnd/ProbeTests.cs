// Probes as users set them, on the shop under load: what they tell is compared, value by value, with what the shop itself
// says in its answers.
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Scope.Targets.Shop.Checkout;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class ProbeTests
{
    const string Source = "tests/Targets/Scope.Targets.Shop/Checkout/Till.cs";

    static readonly Dictionary<int, Receipt> s_receipts = [];
    static readonly CancellationTokenSource s_end = new();
    static TargetProcess s_shop = null!;
    static Task s_buying = Task.CompletedTask;
    static string s_buildSaid = "";

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        var built = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts/build-native"), []);
        s_buildSaid = built.Output + built.Errors;
        s_shop = await TargetProcess.StartAsync("Shop", "--no-db");
        s_buying = BuyAsync();
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_end.CancelAsync();
        await s_buying;
        await s_shop.DisposeAsync();
    }

    [TestInitialize]
    public void NeedsTheLibrary()
    {
        if (File.Exists(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Native/bin/libscope-native.so"))) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(s_buildSaid);
        Assert.Inconclusive(s_buildSaid);
    }

    [TestMethod]
    public async Task Arguments_results_exceptions_and_changes_are_what_the_target_says()
    {
        var hits = await HitsAsync("Till.Take", "--args", "--return", "--exception", "--state", "--capture", "order.Buyer.Name", "--capture", "order.Shipping", "--hits", "30");
        hits.Count.ShouldBe(30);
        hits.Select(IdOf).ShouldBe(Enumerable.Range(IdOf(hits[0]), 30), "one after the other, and none is missing");
        foreach (var hit in hits)
        {
            var said = await ReceiptOfAsync(IdOf(hit));
            var order = CheckoutOrder.Of(said.Id);
            Text(hit, "arguments", "channel").ShouldBe($"\"{said.Channel}\"");
            Text(hit, "arguments", "order").ShouldBe($"CheckoutOrder {{ Id={said.Id}, Total={said.Total}, Key={order.Key}, Placed={order.Placed:yyyy-MM-dd HH:mm:ss}, Discount={order.Discount?.ToString(CultureInfo.InvariantCulture) ?? "null"}, Status=Open }}");
            (Text(hit, "captures", "order.Buyer.Name"), Text(hit, "captures", "order.Shipping")).ShouldBe(($"\"{order.Buyer.Name}\"", $"Money {{ Amount={order.Shipping.Amount.ToString(CultureInfo.InvariantCulture)}, Currency=\"EUR\" }}"));
            if (said.Failure.Length > 0) (Text(hit, "exception"), Text(hit, "message"), Text(hit, "returned")).ShouldBe(("System.InvalidOperationException", $"\"{said.Failure}\"", null));
            else
            {
                (Text(hit, "returned"), Text(hit, "exception")).ShouldBe((said.Cents.ToString(CultureInfo.InvariantCulture), null));
                hit.GetProperty("changes").EnumerateArray().Select(c => $"{Text(c, "field")}: {Text(c, "before")} → {Text(c, "after")}").ShouldContain($"served: {said.ServedBefore} → {said.ServedAfter}");
            }
            hit.GetProperty("durationNanos").GetInt64().ShouldBeInRange(100, 1_000_000_000);
        }
    }

    [TestMethod]
    public async Task A_condition_over_values_lets_those_through_of_which_it_holds()
    {
        var hits = await HitsAsync("Till.Take", "--when", "order.Total > 200.5 && channel == \"web1\" && order.Discount != null", "--return", "--capture", "order.Id", "--hits", "6");
        hits.Count.ShouldBe(6);
        foreach (var id in hits.Select(h => int.Parse(Text(h, "captures", "order.Id")!, CultureInfo.InvariantCulture)))
            (id * 12.5 > 200.5, id % 3).ShouldBe((true, 1), $"order {id}");
    }

    [TestMethod]
    public async Task A_line_of_the_source_logs_what_nobody_compiled_in()
    {
        int line = Array.FindIndex(File.ReadAllLines(Path.Combine(Checkout.Root, Source)), l => l.Contains("A line to probe", StringComparison.Ordinal)) + 1;
        var hits = await HitsAsync($"Till.cs:{line}", "--when", "order.ItemCount >= 2", "--log", "order={order.Id} cents={cents} of {order.Buyer.Name}", "--hits", "8");
        hits.Count.ShouldBe(8);
        foreach (var hit in hits)
        {
            Text(hit, "line").ShouldBe($"Till.cs:{line}");
            var said = await ReceiptOfAsync(int.Parse(Text(hit, "log")!.Split('=', ' ')[1], CultureInfo.InvariantCulture));
            (Text(hit, "log"), said.Items >= 2).ShouldBe(($"order={said.Id} cents={said.Cents} of Buyer {said.Id}", true));
        }
    }

    [TestMethod]
    public async Task An_async_method_is_told_as_it_was_written()
    {
        var hits = await HitsAsync("Till.ConfirmAsync", "--args", "--return", "--exception", "--hits", "16");
        foreach (var hit in hits)
        {
            var said = await ReceiptOfAsync(IdOf(hit));
            int waits = said.Id % 4;
            (Text(hit, "arguments", "waits"), hit.GetProperty("awaits").GetInt32()).ShouldBe((waits.ToString(CultureInfo.InvariantCulture), waits));
            if (waits > 2) (Text(hit, "exception"), Text(hit, "message"), Text(hit, "returned")).ShouldBe(("System.TimeoutException", $"\"{said.Confirmed}\"", null));
            else (Text(hit, "returned"), Text(hit, "exception")).ShouldBe((said.Confirmed, null));
            hit.GetProperty("durationNanos").GetInt64().ShouldBeGreaterThan(waits * 5_000_000L, "the time of the whole, waiting and all; a timer may be some milliseconds early");
        }
    }

    [TestMethod]
    public async Task What_assigns_a_field_is_found_and_told_where_an_invariant_does_not_hold()
    {
        var hits = await HitsAsync("writes:Till._served", "--state", "--capture", "channel", "--invariant", "channel != \"web2\"", "--hits", "5");
        (hits.Count, hits.Select(h => Text(h, "captures", "channel")).Distinct().Single()).ShouldBe((5, "\"web2\""));
        hits.ShouldAllBe(h => Text(h, "method") == "Scope.Targets.Shop.Checkout.Till.Take");
    }

    [TestMethod]
    public async Task Calls_below_stand_below_further_in()
    {
        var ended = await ScopeAttach.RunAsync("probe", $"{s_shop.Id}", "Till.PayAsync", "--tree", "3", "--hits", "4", "--for", "30s");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        var lines = ended.Output.Split('\n').Select(line => line.Split("Scope.Targets.Shop.Checkout.")).Where(parts => parts.Length > 1).Select(parts => (In: parts[0].Length, Method: parts[1].Split(' ')[0])).ToList();
        int left = lines[0].In;
        lines.Count(l => l == (left, "Till.PayAsync")).ShouldBe(4, ended.Output);
        // Those that are under way while the methods get their new code run the old one.
        foreach (var below in (string[])["Till.Take", "Till.ConfirmOrSayAsync"]) lines.Count(l => l == (left + 2, below)).ShouldBeInRange(2, 4, ended.Output);
        lines.Count(l => l == (left + 4, "Till.ConfirmAsync")).ShouldBeInRange(2, 4, ended.Output);
    }

    [TestMethod]
    public async Task A_value_that_was_seen_before_says_where()
    {
        var hits = await HitsAsync("Till.ConfirmAsync", "--from", "Till.Take", "--value", "order.Id", "--capture", "order.Id", "--hits", "3");
        hits.Count.ShouldBe(3);
        foreach (var hit in hits)
            (Text(hit, "origin", "value"), Text(hit, "origin", "text"), Text(hit, "origin", "method")).ShouldBe(("order.Id", Text(hit, "captures", "order.Id"), "Scope.Targets.Shop.Checkout.Till.Take"));
    }

    [TestMethod]
    public async Task A_method_that_nobody_calls_is_told_as_pending()
    {
        var ended = await ScopeAttach.RunAsync("probe", $"{s_shop.Id}", "ShopApplication.RunAsync", "--for", "1s");
        (ended.ExitCode, ended.Output).ShouldBe((ScopeAttach.Ok, ""), ended.Errors);
        ended.Errors.ShouldContain("was pending to the end: nobody called Scope.Targets.Shop.ShopApplication.RunAsync meanwhile");
    }

    [TestMethod]
    public async Task What_is_probed_is_listed_and_taken_out_by_another_agent()
    {
        await using var agent = ScopeAttach.Start("probe", $"{s_shop.Id}", "Till.PayAsync", "--hits", "0", "--for", "60s");
        await agent.LineAsync("PayAsync  ");
        (await ScopeAttach.RunAsync("probe", "list", $"{s_shop.Id}")).Output.ShouldContain("Scope.Targets.Shop.Checkout.Till.PayAsync: armed");
        var removed = await ScopeAttach.RunAsync("probe", "remove", $"{s_shop.Id}");
        removed.ExitCode.ShouldBe(ScopeAttach.Ok, removed.Errors);
        var ended = await agent.EndAsync();
        (ended.ExitCode, ended.Errors.Contains("All methods run their old code again.")).ShouldBe((ScopeAttach.Ok, true), ended.Errors);
        (await ScopeAttach.RunAsync("probe", "list", $"{s_shop.Id}")).Output.ShouldContain("reverted");
        ended.Errors.ShouldContain("stays in the process until it ends");
    }

    [TestMethod]
    [DataRow("Till.Tak", "", "near it: Scope.Targets.Shop.Checkout.Till.Take")]
    [DataRow("Till.Take", "ordr.Id > 5", "did you mean order?")]
    [DataRow("System.String.Concat", "", "--force takes it all the same")]
    [DataRow("Stream.Flush", "", "abstract")]
    public async Task What_cannot_be_is_refused_before_anything_is_touched(string methods, string when, string says)
    {
        var ended = await ScopeAttach.RunAsync(["probe", $"{s_shop.Id}", methods, "--for", "1s", .. when.Length > 0 ? (string[])["--when", when] : []]);
        (ended.ExitCode, ended.Output).ShouldBe((ScopeAttach.BadArgument, ""));
        ended.Errors.ShouldContain(says);
    }

    [TestMethod]
    public async Task In_a_recording_hits_stand_in_their_requests_and_keep_the_time_around_them()
    {
        using var folder = new TemporaryFolder();
        var ended = await ScopeAttach.RunAsync("probe", $"{s_shop.Id}", "Till.Take", "--args", "--return", "--state", "--hits", "0", "--for", "4s", "-o", folder.Path, "--inside", "--freeze", "--snapshot", "hit");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        var recordings = Directory.GetDirectories(folder.Path).ToLookup(r => r.Contains("-probe_", StringComparison.Ordinal));
        var (recording, frozen) = (recordings[false].Single(), recordings[true].Single());
        foreach (var kept in (string[])[recording, frozen])
            (File.Exists(Path.Combine(kept, "incident.html")), Directory.GetFiles(Path.Combine(kept, "snapshots")).Length).ShouldBe((true, 1), kept);
        var asked = await ScopeAttach.RunAsync("query", recording, "kind:method-leave,method-exception", "--format", "json");
        var calls = asked.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        calls.Count.ShouldBeGreaterThan(20, ended.Errors);
        // At first the collector has not seen any request begin yet.
        calls[(calls.Count / 2)..].Count(c => !c.TryGetProperty("flow", out _)).ShouldBe(0, $"of {calls.Count}\n{ended.Errors}");
        File.ReadAllText(Path.Combine(recording, "incident.html")).ShouldContain("Till.served");
    }

    static async Task<IReadOnlyList<JsonElement>> HitsAsync(params string[] arguments)
    {
        var ended = await ScopeAttach.RunAsync(["probe", $"{s_shop.Id}", .. arguments, "--for", "60s", "--json"]);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    static int IdOf(JsonElement hit) => int.Parse(Text(hit, "arguments", "order")!.Split((string[])["Id=", ","], StringSplitOptions.None)[1], CultureInfo.InvariantCulture);

    static string? Text(JsonElement hit, params string[] path) => path.Aggregate(hit, (at, name) => at.GetProperty(name)) is { ValueKind: not JsonValueKind.Null } found ? found.ToString() : null;

    static async Task<Receipt> ReceiptOfAsync(int id)
    {
        Receipt? receipt = null;
        await Deadline.UntilAsync($"the shop's answer about {id}", () =>
        {
            lock (s_receipts) return s_receipts.TryGetValue(id, out receipt);
        });
        return receipt!;
    }

    // One buyer after the other, so that what comes between two hits is known.
    static async Task BuyAsync()
    {
        for (int number = 1; !s_end.IsCancellationRequested; number++)
        {
            using var answer = await s_shop.Client.PostAsync($"/checkout/{number}?channel=web{number % 3}", null);
            var receipt = await answer.Content.ReadFromJsonAsync<Receipt>();
            lock (s_receipts) s_receipts[number] = receipt!;
        }
    }
}
