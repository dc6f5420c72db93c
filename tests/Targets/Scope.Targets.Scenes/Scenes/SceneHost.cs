// Builds the service around a scene, serves until its input ends, and says where it listens.
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Scenes;

/// <summary>Runs a scene.</summary>
public static class SceneHost
{
    /// <summary>Serves until stopped. Options: --port N, --postgres CONNECTION, --partner URL, --partner-tls URL, --exit-with-input.</summary>
    public static async Task RunAsync(Scene scene, string[] args)
    {
        string[] known = [.. args.Where(argument => argument != "--exit-with-input")];
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = known, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddFilter<ConsoleLoggerProvider>(category: null, LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, builder.Configuration.GetValue("port", 0)));
        builder.Services.AddControllers();
        if (builder.Configuration["postgres"] is { } postgres)
            builder.Services.AddSingleton(NpgsqlDataSource.Create(postgres));
        scene.Add(builder);
        await using var app = builder.Build();
        app.MapGet("/health", () => "ok");
        app.MapControllers();
        await scene.Map(app);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.WriteLine($"listening on {string.Join(" tls ", addresses)} pid {Environment.ProcessId}");
        Console.Out.Flush();
        if (args.Contains("--exit-with-input"))
            StopWithInput(app);
        await app.WaitForShutdownAsync();
    }

    static void StopWithInput(WebApplication app) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
            continue;
        // A scene may hang for good; nobody waits for it.
        Task.Run(async () => { await Task.Delay(TimeSpan.FromSeconds(3)); Environment.Exit(0); });
        app.Lifetime.StopApplication();
    }) { IsBackground = true, Name = "until input ends" }.Start();
}
