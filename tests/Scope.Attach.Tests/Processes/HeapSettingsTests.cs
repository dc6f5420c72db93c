// The heap's own limit, as environment variables give it.
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class HeapSettingsTests
{
    [TestMethod]
    [DataRow("DOTNET_GCHeapHardLimit", "4000000", 0x4000000L)]
    [DataRow("COMPlus_GCHeapHardLimit", "0x10000000", 0x10000000L)]
    [DataRow("DOTNET_GCHeapHardLimitPercent", "32", 500_000L)]
    public void Numbers_are_hexadecimal(string variable, string text, long bytes) =>
        HeapSettings.HardLimitIn(new Dictionary<string, string> { [variable] = text }, 1_000_000).ShouldBe((bytes, variable));

    [TestMethod]
    [DataRow("DOTNET_GCHeapHardLimit", "0")]
    [DataRow("DOTNET_GCHeapHardLimit", "much")]
    [DataRow("DOTNET_GCHeapCount", "4")]
    public void What_is_no_limit_is_none(string variable, string text) => HeapSettings.HardLimitIn(new Dictionary<string, string> { [variable] = text }, 1_000_000).ShouldBeNull();
}
