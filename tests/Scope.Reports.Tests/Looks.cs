// Pictures of the report, for eyes: written to the folder that SCOPE_SCREENSHOTS names, else not at all.
using Microsoft.Playwright;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class Looks
{
    [TestMethod]
    public async Task Pictures_are_taken_when_somebody_wants_to_look()
    {
        var folder = Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") ?? Path.GetTempPath();
        using var report = ReportFile.OfService();
        foreach (var (name, width, scheme) in ((string, int, ColorScheme)[])[("light", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("phone", 390, ColorScheme.Light)])
            await Take(report, folder, name, width, scheme);
    }

    static async Task Take(ReportFile report, string folder, string name, int width, ColorScheme scheme)
    {
        await using var open = await Browser.Open(report.Url, width, 900, scheme);
        open.Complaints.ShouldBeEmpty();
        var picture = await open.Page.ScreenshotAsync(new() { FullPage = true });
        picture.Length.ShouldBeGreaterThan(20_000);
        if (Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") is not null) await File.WriteAllBytesAsync(Path.Combine(folder, $"report-{name}.png"), picture);
    }
}
