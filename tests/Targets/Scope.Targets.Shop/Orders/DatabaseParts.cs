// What the shop has only with a database: its services and routes, in one place.
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Orders;

/// <summary>Adds the database's parts to the application.</summary>
public static class DatabaseParts
{
    /// <summary>Registers the services.</summary>
    public static void AddTo(IServiceCollection services, string connectionString)
    {
        services.AddSingleton(NpgsqlDataSource.Create(connectionString));
        services.AddSingleton<TruthInterceptor>();
        services.AddDbContext<ShopDatabase>((provider, options) =>
        {
            options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>());
            if (provider.GetRequiredService<TruthLog>().IsOn)
                options.AddInterceptors(provider.GetRequiredService<TruthInterceptor>());
        });
        services.AddScoped<OrderService>();
        services.AddSingleton<BalanceQuery>();
        services.AddSingleton<ProductSearch>();
    }

    /// <summary>Maps the minimal APIs; the controllers map themselves.</summary>
    public static void Map(WebApplication app)
    {
        app.MapGet("/customers/{id:int}/balance", (int id, BalanceQuery balance) => balance.OfAsync(id));
        app.MapGet("/search", (int product, ProductSearch search) => search.BuyersAsync(product));
        if (app.Services.GetRequiredService<TruthLog>().IsOn)
            app.MapGet("/truth/sql", TruthSql.RunAsync);
    }
}
