// The last resort for telling whose code it is: names that everybody knows. Used when the target's files cannot be read,
// as with a recording from another machine.
namespace Scope.Code;

/// <summary>Well-known beginnings of assembly and type names.</summary>
public static class WellKnownNames
{
    static readonly (string Prefix, CodeOrigin Origin)[] Table =
    [
        // Packages of Microsoft's that are not in a shared framework: before the shorter "Microsoft.".
        .. Of(CodeOrigin.ThirdParty, "Microsoft.EntityFrameworkCore", "Microsoft.Data", "Microsoft.Azure", "Microsoft.Identity", "Microsoft.IdentityModel",
            "Microsoft.ApplicationInsights", "Microsoft.OpenApi", "Microsoft.Playwright", "Microsoft.CodeAnalysis", "Microsoft.Build", "Microsoft.Graph"),
        .. Of(CodeOrigin.Framework, "System", "Microsoft", "mscorlib", "netstandard", "WindowsBase", "Internal", "Interop", "FSharp.Core", "Mono"),
        .. Of(CodeOrigin.ThirdParty, "Npgsql", "NpgsqlTypes", "Newtonsoft", "Serilog", "NLog", "log4net", "Dapper", "StackExchange", "Polly", "AutoMapper",
            "MediatR", "Mediator", "Grpc", "Google", "Amazon", "AWSSDK", "Azure", "MassTransit", "NServiceBus", "RabbitMQ", "Confluent", "NodaTime",
            "OpenTelemetry", "FluentValidation", "FluentAssertions", "MySql", "MySqlConnector", "MongoDB", "Oracle", "Castle", "Autofac", "Quartz",
            "Hangfire", "RestSharp", "Refit", "Swashbuckle", "NSwag", "Elastic", "Elasticsearch", "Nest", "Humanizer", "Scrutor", "Ocelot", "Yarp",
            "IdentityServer4", "Duende", "Sentry", "Datadog", "NewRelic", "Dynatrace", "MessagePack", "protobuf-net", "ProtoBuf", "Bogus", "Moq",
            "ZiggyCreatures", "EasyCaching", "LazyCache", "CsvHelper", "ClosedXML", "SixLabors", "SkiaSharp", "BouncyCastle", "Org", "IronPython", "Jint",
            "HotChocolate", "GraphQL", "Orleans", "Akka", "Proto", "DotNetty", "K4os", "ZstdSharp", "Snappier", "SQLitePCL", "NHibernate", "LinqToDB"),
    ];

    /// <summary>Whose the name is, or null when it is not known: then it is most likely the application's.</summary>
    public static CodeOrigin? OriginOf(string name)
    {
        foreach (var (prefix, origin) in Table)
            if (name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || name[prefix.Length] is '.' or '+' or '/')) return origin;
        return null;
    }

    static IEnumerable<(string, CodeOrigin)> Of(CodeOrigin origin, params string[] prefixes) => prefixes.Select(prefix => (prefix, origin));
}
