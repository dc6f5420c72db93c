// The command line of the shop.
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop;

/// <summary>How this run of the shop was asked to be.</summary>
public sealed record ShopOptions
{
    /// <summary>What --help prints.</summary>
    public const string Usage = """
        Scope.Targets.Shop: a sample web shop with faults to switch on.

          --port N            HTTP port on 127.0.0.1; a free one when not said (the "listening on" line names it)
          --postgres CONN     connection string of a Postgres that the shop may fill
          --no-db             without a database: its routes are not there
          --supplier URL      where the supplier is; this process itself when not said
          --fault NAME        switches a fault on from the start; may be given several times
          --truth FILE        work says which span it belongs to, and FILE gets a JSON line for each piece of work
          --exit-with-input   ends when standard input does
          --list-faults       prints the faults; with --json for programs
        """;

    public int Port { get; init; }
    public string? Postgres { get; init; }
    public string? Supplier { get; init; }
    public IReadOnlyList<Fault> Faults { get; init; } = [];
    public string? TruthFile { get; init; }
    public bool ExitWithInput { get; init; }
    public bool ListFaults { get; init; }
    public bool Json { get; init; }

    /// <summary>Reads the command line; null, with what is wrong, where it cannot be read.</summary>
    public static ShopOptions? Parse(string[] args, out string? wrong)
    {
        var options = new ShopOptions();
        wrong = null;
        bool noDatabase = false;
        for (int i = 0; i < args.Length && wrong is null; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--no-db": noDatabase = true; break;
                case "--exit-with-input": options = options with { ExitWithInput = true }; break;
                case "--list-faults": options = options with { ListFaults = true }; break;
                case "--json": options = options with { Json = true }; break;
                case "--port" or "--postgres" or "--supplier" or "--fault" or "--truth" when value is not null:
                    options = With(options, args[i++], value, ref wrong);
                    break;
                default: wrong = $"{args[i]} is not understood, or lacks its value.\n{Usage}"; break;
            }
        }
        if (wrong is null && options is { Postgres: null, ListFaults: false } && !noDatabase)
            wrong = $"say --postgres CONNECTION or --no-db.\n{Usage}";
        return wrong is null ? options : null;
    }

    static ShopOptions With(ShopOptions options, string name, string value, ref string? wrong)
    {
        switch (name)
        {
            case "--port" when ushort.TryParse(value, out ushort port): return options with { Port = port };
            case "--postgres": return options with { Postgres = value };
            case "--supplier" when Uri.TryCreate(value, UriKind.Absolute, out _): return options with { Supplier = value };
            case "--truth": return options with { TruthFile = value };
            case "--fault" when FaultTable.Find(value) is { } fault: return options with { Faults = [.. options.Faults, fault] };
            case "--fault": wrong = $"no fault is called {value}; there are: {string.Join(", ", FaultTable.All.Select(known => known.Name))}"; return options;
            default: wrong = $"{name} cannot be {value}"; return options;
        }
    }
}
