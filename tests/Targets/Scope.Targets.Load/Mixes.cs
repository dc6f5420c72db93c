// The requests that can be sent to the shop, and the mixes of them, as tables. A request named after a fault calls the
// route that the fault hurts.
namespace Scope.Targets.Load;

/// <summary>How a request is sent.</summary>
public enum Via
{
    /// <summary>HTTP/1.1.</summary>
    Http,
    /// <summary>A unary gRPC call.</summary>
    Grpc,
    /// <summary>A hub method over a WebSocket.</summary>
    SignalR,
}

/// <summary>A request. {n} in path and body becomes a number that differs from request to request.</summary>
/// <param name="Name">Its name, for --mix.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">The body of a POST.</param>
/// <param name="BodyType">Its content type.</param>
/// <param name="Via">How it is sent.</param>
public sealed record Request(string Name, string Method, string Path, string? Body = null, string BodyType = "application/json", Via Via = Via.Http);

/// <summary>The requests and mixes that there are.</summary>
public static class Mixes
{
    static readonly Dictionary<string, Request> Requests = new Request[]
    {
        new("ping", "GET", "/ping"),
        new("products", "GET", "/products?from={n}"),
        new("product", "GET", "/products/{n}"),
        new("price", "GET", "/price/{n}?quantity=3"),
        new("quotes", "GET", "/quotes/{n}"),
        new("reserve", "POST", "/api/stock/{n}/reserve"),
        new("pay", "POST", "/api/payments", """{"id":{n},"cents":990}"""),
        new("cart", "POST", "/carts", "apple;3\npear;\nplum;n/a\nfig;2\nbread;n/a\nmilk;\ntea;1\nrice;n/a\nsalt;\noil;7", "text/plain"),
        new("report", "GET", "/api/reports/daily"),
        new("order", "GET", "/api/orders/{n}"),
        new("orders", "GET", "/api/customers/{n}/orders"),
        new("new-order", "POST", "/api/orders", """{"customer":{n},"product":{n}}"""),
        new("balance", "GET", "/customers/{n}/balance"),
        new("search", "GET", "/search?product={n}"),
        new("grpc", "POST", "/scope.shop.Quotes/GetQuote", Via: Via.Grpc),
        new("live", "GET", "/live", Via: Via.SignalR),
        new("truth-exceptions", "GET", "/truth/exceptions"),
        new("truth-burns", "GET", "/truth/burns"),
        new("truth-sql", "GET", "/truth/sql"),
    }.ToDictionary(request => request.Name);

    // A name and how often it comes up, for each mix.
    static readonly Dictionary<string, (string Request, int Weight)[]> Named = new()
    {
        ["small"] = [("ping", 1), ("products", 2), ("price", 1)],
        ["memory"] = [("ping", 2), ("products", 2), ("product", 2), ("price", 3), ("quotes", 2), ("reserve", 3), ("pay", 2), ("cart", 2), ("report", 1), ("grpc", 2), ("live", 1)],
        ["shop"] = [("ping", 1), ("products", 1), ("product", 2), ("price", 3), ("quotes", 2), ("reserve", 3), ("pay", 2), ("cart", 2), ("report", 1), ("order", 2), ("orders", 2), ("new-order", 1), ("balance", 2), ("search", 2), ("grpc", 2), ("live", 1)],
        ["truth"] = [("truth-exceptions", 3), ("truth-burns", 1)],
        ["truth-db"] = [("truth-exceptions", 3), ("truth-burns", 1), ("truth-sql", 3), ("orders", 1), ("balance", 1)],
        ["sequential-calls"] = [("quotes", 3), ("ping", 1)],
        ["slow-sql"] = [("balance", 3), ("ping", 1)],
        ["cross-join"] = [("search", 3), ("ping", 1)],
        ["n-plus-one"] = [("orders", 3), ("ping", 1)],
        ["exception-storm"] = [("cart", 3), ("ping", 1)],
        ["failing-requests"] = [("product", 3), ("ping", 1)],
        ["gc-pressure"] = [("report", 3), ("ping", 1)],
        ["lock-contention"] = [("reserve", 3), ("ping", 1)],
        ["pool-starvation"] = [("pay", 3), ("ping", 1)],
        ["hot-method"] = [("price", 3), ("ping", 1)],
    };

    /// <summary>The requests of a mix, of a single request, or of several joined by commas, each as often as its weight; empty where a name is unknown.</summary>
    public static IReadOnlyList<Request> Find(string names)
    {
        var found = new List<Request>();
        foreach (string name in names.Split(','))
        {
            if (Requests.TryGetValue(name, out var single))
                found.Add(single);
            else if (Named.TryGetValue(name, out var mix))
                found.AddRange(mix.SelectMany(part => Enumerable.Repeat(Requests[part.Request], part.Weight)));
            else
                return [];
        }
        return found;
    }

    /// <summary>All names.</summary>
    public static string Print() => $"mixes: {string.Join(", ", Named.Keys)}\nrequests: {string.Join(", ", Requests.Keys)}";
}
