// The library of the native part, built once for all tests of it; without a compiler they are inconclusive.
using Scope.Testing;

namespace Scope.Hooks.Tests;

static class NativeLibrary
{
    static readonly Lazy<Task<string>> Built = new(BuildAsync);

    public static async Task NeedAsync()
    {
        string said = await Built.Value;
        if (File.Exists(NativeAttachment.Library))
            return;
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(said);
        Assert.Inconclusive(said);
    }

    static async Task<string> BuildAsync()
    {
        var built = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts/build-native"), []);
        built.ExitCode.ShouldBe(0, built.Errors);
        return built.Errors;
    }
}
