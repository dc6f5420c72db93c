// A scene: which services and routes it has.
namespace Scenes;

/// <summary>One scene.</summary>
/// <param name="Name">For --scene.</param>
/// <param name="Add">Registers its services.</param>
/// <param name="Map">Maps what no controller maps, and prepares its data; before the service listens.</param>
public sealed record Scene(string Name, Action<WebApplicationBuilder> Add, Func<WebApplication, Task> Map)
{
    /// <summary>A scene whose routes are its controllers'.</summary>
    public Scene(string name, Action<WebApplicationBuilder> add) : this(name, add, _ => Task.CompletedTask) { }

    /// <summary>A scene with routes of its own and nothing to prepare.</summary>
    public Scene(string name, Action<WebApplicationBuilder> add, Action<WebApplication> map) : this(name, add, app => { map(app); return Task.CompletedTask; }) { }
}
