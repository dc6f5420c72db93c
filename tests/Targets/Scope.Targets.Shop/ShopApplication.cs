// The shop's composition: services, routes, the two ports, and the line that says where it listens.
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Scope.Targets.Shop.Carts;
using Scope.Targets.Shop.Catalog;
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Live;
using Scope.Targets.Shop.Payments;
using Scope.Targets.Shop.Protocols;
using Scope.Targets.Shop.Quotes;
using Scope.Targets.Shop.Reporting;
using Scope.Targets.Shop.Stock;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop;

/// <summary>Builds and runs the shop.</summary>
public static class ShopApplication
{
    /// <summary>Wires everything.</summary>
    public static WebApplication Build(ShopOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // The runtime's event source hears every record; the console only what ends the program.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(category: null, LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        AddServices(builder.Services, options);
        var app = builder.Build();
        app.Use(app.Services.GetRequiredService<ServedCounts>().CountAsync);
        ShopRoutes.Map(app, options);
        return app;
    }

    /// <summary>Fills the database, serves until stopped, and prints the counts of what was served.</summary>
    public static async Task RunAsync(WebApplication app, ShopOptions options)
    {
#if NET10_0_OR_GREATER
        if (options.Postgres is not null)
            await Orders.ShopData.EnsureAsync(app.Services);
#endif
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        app.Services.GetRequiredService<SupplierAddress>().Url = new Uri(options.Supplier ?? addresses[0]);
        Console.WriteLine($"listening on {addresses[0]} grpc {addresses[1]} pid {Environment.ProcessId}");
        Console.Out.Flush();
        if (options.ExitWithInput)
            StopWithInput(app);
        await app.WaitForShutdownAsync();
        var served = app.Services.GetRequiredService<ServedCounts>().Summary;
        app.Services.GetRequiredService<TruthLog>().Note(served);
        Console.WriteLine(JsonSerializer.Serialize(served, new JsonSerializerOptions(JsonSerializerDefaults.Web)));
    }

    static void AddServices(IServiceCollection services, ShopOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FaultSwitches>().AddSingleton<ServedCounts>().AddSingleton<SupplierAddress>();
        services.AddSingleton<TruthLog>().AddSingleton<TruthHops>().AddSingleton<TruthWork>();
        services.AddSingleton<ProductCatalog>().AddSingleton<PriceCalculator>().AddSingleton<StockLedger>().AddSingleton<CartParser>().AddSingleton<Checkout.Till>();
        services.AddSingleton<ReportBuilder>().AddSingleton<GrpcQuotes>().AddSingleton<OrderFeed>();
        services.AddScoped<QuoteService>().AddScoped<PaymentGateway>();
        services.AddHttpClient<SupplierClient>((provider, client) => client.BaseAddress = provider.GetRequiredService<SupplierAddress>().Url);
        services.AddHostedService<RestockWorker>();
        services.AddSignalR();
        services.AddControllers(mvc =>
        {
            if (options.Postgres is null)
                mvc.Conventions.Add(new WithoutDatabase());
        });
#if NET10_0_OR_GREATER
        if (options.Postgres is not null)
            Orders.DatabaseParts.AddTo(services, options.Postgres);
#endif
    }

    static void StopWithInput(WebApplication app) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
            continue;
        app.Lifetime.StopApplication();
    }) { IsBackground = true, Name = "until input ends" }.Start();
}

/// <summary>Where the supplier is; known once we listen, because it may be us.</summary>
public sealed class SupplierAddress
{
    public Uri? Url { get; set; }
}
