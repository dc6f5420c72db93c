// Every scene, by name: what it registers and which routes it has.
using Npgsql;

namespace Scenes;

/// <summary>The scenes that there are.</summary>
public static class SceneTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scene> All { get; } =
        [.. HangScenes.All, .. ProcessorScenes.All, .. MemoryScenes.All, .. ErrorScenes.All, .. DatabaseScenes.All, .. NetworkScenes.All, .. HealthyScenes.All];

    /// <summary>The client of the partner, by the name "partner".</summary>
    public static IHttpClientBuilder AddPartner(WebApplicationBuilder b) => b.Services.AddHttpClient("partner", client => ToPartner(b, client));

    /// <summary>Points a client at the partner.</summary>
    public static void ToPartner(WebApplicationBuilder b, HttpClient client) => client.BaseAddress = new Uri(b.Configuration["partner"] ?? "http://127.0.0.1:9");

    /// <summary>Makes a scene's tables.</summary>
    public static async Task FillAsync(WebApplication app, string tables)
    {
        await using var command = app.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(tables);
        await command.ExecuteNonQueryAsync();
    }
}
