// Pictures of the report, for eyes: written to the folder that SCOPE_SCREENSHOTS names, a screen a file.
using Microsoft.Playwright;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class Looks
{
    [TestMethod]
    [DataRow("light", 1280, ColorScheme.Light)]
    [DataRow("dark", 1280, ColorScheme.Dark)]
    [DataRow("phone", 390, ColorScheme.Light)]
    public async Task It_draws_something_on_every_screen(string name, int width, ColorScheme scheme)
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url, width, 1200, scheme);
        open.Complaints.ShouldBeEmpty();
        var height = await open.Page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        for (var (y, i) = (0, 0); y < height; y += 1200, i++)
        {
            await open.Page.EvaluateAsync("y => scrollTo(0, y)", y);
            var picture = await open.Page.ScreenshotAsync();
            picture.Length.ShouldBeGreaterThan(5_000); // An empty screen compresses to less.
            if (Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") is { } folder) await File.WriteAllBytesAsync(Path.Combine(folder, $"report-{name}-{i}.png"), picture);
        }
    }
}
