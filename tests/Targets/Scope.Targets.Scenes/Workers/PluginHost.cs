// Runs customers' plug-ins, each in a context of its own.
using System.Runtime.Loader;

namespace Scenes.Plugins;

public sealed class PluginHost
{
    readonly byte[] _plugin = File.ReadAllBytes(typeof(PluginHost).Assembly.Location);
    readonly List<AssemblyLoadContext> _loaded = [];

    public int Run(int customer)
    {
        var context = new AssemblyLoadContext($"customer {customer}", isCollectible: true);
        using var image = new MemoryStream(_plugin);
        var plugin = context.LoadFromStream(image);
        lock (_loaded)
            _loaded.Add(context);
        return plugin.GetName().Name!.Length;
    }
}
