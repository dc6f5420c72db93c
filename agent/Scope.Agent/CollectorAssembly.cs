// The collector's assembly, which goes along with ours and from us into targets.
namespace Scope.Agent;

static class CollectorAssembly
{
    /// <summary>Its bytes as it was built.</summary>
    public static byte[] Read()
    {
        using var stream = typeof(CollectorAssembly).Assembly.GetManifestResourceStream("collector.dll")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
