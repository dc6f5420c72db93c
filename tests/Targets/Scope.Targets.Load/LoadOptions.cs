// The command line of the load generator.
using System.Globalization;

namespace Scope.Targets.Load;

/// <summary>How much load, on what.</summary>
public sealed record LoadOptions
{
    /// <summary>What is printed where the command line is wrong.</summary>
    public const string Usage = """
        Scope.Targets.Load --url URL (--requests N | --duration SECONDS --rps R)

          --url URL          the service
          --grpc-url URL     its HTTP/2 port; gRPC requests of a mix are left out without it
          --requests N       how many requests to send in all
          --rps R            how many a second; as fast as the answers come when not said
          --duration S       with --rps: sends R × S requests
          --concurrency C    how many at once (8)
          --mix NAME[,NAME]  which requests: a mix or single requests (shop); --list prints them
          --timeout S        after how long a request counts as failed (30)
        """;

    const int MaxRequests = 20_000_000; // A latency is kept of each, in 8 bytes.

    public Uri? Url { get; init; }
    public Uri? GrpcUrl { get; init; }
    public int Requests { get; init; }
    public double Rate { get; init; }
    public double DurationSeconds { get; init; }
    public int Concurrency { get; init; } = 8;
    public string Mix { get; init; } = "shop";
    public double TimeoutSeconds { get; init; } = 30;

    /// <summary>Reads the command line; null, with what is wrong, where it cannot be read.</summary>
    public static LoadOptions? Parse(string[] args, out string? wrong)
    {
        var options = new LoadOptions();
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            if (With(options, args[i], value) is not { } next)
            {
                wrong = $"{args[i]} {value} is not understood.\n{Usage}";
                return null;
            }
            options = next;
        }
        if (options is { Requests: 0, Rate: > 0, DurationSeconds: > 0 })
            options = options with { Requests = (int)Math.Min(options.Rate * options.DurationSeconds, MaxRequests) };
        wrong = options.Url is null ? $"say --url.\n{Usage}"
            : options.Requests is < 1 or > MaxRequests ? $"say --requests from 1 to {MaxRequests}, or --rps and --duration.\n{Usage}"
            : Mixes.Find(options.Mix).Count == 0 ? $"no mix or request is called {options.Mix}; there are:\n{Mixes.Print()}"
            : null;
        return wrong is null ? options : null;
    }

    static LoadOptions? With(LoadOptions options, string name, string value)
    {
        bool isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out double number) && number > 0;
        bool isUrl = Uri.TryCreate(value, UriKind.Absolute, out var url);
        return name switch
        {
            "--url" when isUrl => options with { Url = url },
            "--grpc-url" when isUrl => options with { GrpcUrl = url },
            "--requests" when isNumber => options with { Requests = (int)Math.Min(number, int.MaxValue) },
            "--rps" when isNumber => options with { Rate = number },
            "--duration" when isNumber => options with { DurationSeconds = number },
            "--concurrency" when isNumber => options with { Concurrency = (int)Math.Clamp(number, 1, 4096) },
            "--mix" when value.Length > 0 => options with { Mix = value },
            "--timeout" when isNumber => options with { TimeoutSeconds = number },
            _ => null,
        };
    }
}
