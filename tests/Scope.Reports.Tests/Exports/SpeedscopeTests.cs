using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Testing;

namespace Scope.Reports.Tests.Exports;

[TestClass]
public sealed class SpeedscopeTests
{
    [TestMethod]
    public async Task The_file_opens_in_speedscope_itself()
    {
        var program = Path.Combine(NpmPackage.Folder("speedscope", "1.25.0"), "dist", "release");
        var file = ExportSample.Export(SpeedscopeExport.Write);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/profile.json", () => Results.Bytes(file, "application/json"));
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(program), ServeUnknownFileTypes = true });
        await app.StartAsync();
        var url = app.Urls.First();

        await using var open = await Browser.Open($"{url}/index.html#profileURL={Uri.EscapeDataString(url + "/profile.json")}");
        await Assertions.Expect(open.Page.GetByText("All threads, on CPU").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await open.Page.Keyboard.PressAsync("3"); // The table of functions.
        await Assertions.Expect(open.Page.GetByText("Shop.Domain.Pricing.PriceTable.Find").First).ToBeVisibleAsync(new() { Timeout = 10_000 });
        open.Complaints.Where(c => !c.Contains("GL Driver Message")).ShouldBeEmpty(); // Chromium without a GPU complains about its own speed.
        await app.StopAsync();
    }

    [TestMethod]
    public void Time_on_a_CPU_and_time_of_waiting_are_told_apart()
    {
        using var file = JsonDocument.Parse(ExportSample.Export(SpeedscopeExport.Write));
        long Total(string name) => file.RootElement.GetProperty("profiles").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name).GetProperty("weights").EnumerateArray().Sum(w => w.GetInt64());
        long Expected(bool onCpu) => ExportSample.Events.Where(e => e.Kind == EventKind.CpuSample && (e.Flags & EventFlags.OnCpu) != 0 == onCpu).Sum(e => e.Value);
        Total("All threads, on CPU").ShouldBe(Expected(true));
        Total("All threads, waiting").ShouldBe(Expected(false));
        var frames = file.RootElement.GetProperty("shared").GetProperty("frames").GetArrayLength();
        foreach (var profile in file.RootElement.GetProperty("profiles").EnumerateArray())
        {
            profile.GetProperty("samples").GetArrayLength().ShouldBe(profile.GetProperty("weights").GetArrayLength());
            profile.GetProperty("samples").EnumerateArray().SelectMany(s => s.EnumerateArray()).ShouldAllBe(f => f.GetInt32() >= 0 && f.GetInt32() < frames);
        }
    }
}
