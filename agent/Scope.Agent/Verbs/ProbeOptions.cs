// The options of probes, as the command line has them.
using System.CommandLine;
using Scope.Agent.Probes;
using Scope.Events;

namespace Scope.Agent.Verbs;

/// <summary>Reads what kind of probe is wanted.</summary>
static class ProbeOptions
{
    const string Hundred = "100";

    static readonly Argument<string> Methods = new("methods") { Description = "Which methods: a name with * for anything (MyApp.Orders.*.Place*), a line (OrderService.cs:42), Name@IL_001a, attribute:, base:, namespace:, calls:, does:." };
    static readonly Option<bool> Arguments = new("--args") { Description = "Tell what is passed." };
    static readonly Option<bool> Return = new("--return") { Description = "Tell what is returned." };
    static readonly Option<bool> Exception = new("--exception") { Description = "Tell the message of an exception that leaves the method; its type is told anyway." };
    static readonly Option<bool> State = new("--state") { Description = "Tell which fields of its object a call changed, with what they were before." };
    static readonly Option<string> When = new("--when") { Description = "Only calls of which this holds, such as 'order.Total > 1000 && elapsed > 50ms'.", DefaultValueFactory = _ => "" };
    static readonly Option<string> Invariant = new("--invariant") { Description = "What must hold when a call ends, such as 'this._stock >= 0'; only calls after which it does not are told.", DefaultValueFactory = _ => "" };
    static readonly Option<string> From = new("--from") { Description = "Only calls that are passed a value that was seen before in these methods; --value says which.", DefaultValueFactory = _ => "" };
    static readonly Option<string> Value = new("--value") { Description = "The value that is followed, as the methods of --from know it: order.Id, return.", DefaultValueFactory = _ => "" };
    static readonly Option<bool> Freeze = new("--freeze") { Description = "Record, and keep the minute before a hit and the ten seconds after it as a recording of its own, with its report." };
    static readonly Option<int> Tree = new("--tree") { Description = "Tell the application's calls below too, so many levels down." };
    static readonly Option<string[]> Capture = new("--capture") { Description = "Tell a value, such as this._cart.Count; may be given several times." };
    static readonly Option<string> Log = new("--log") { Description = "Tell a line with values in it, such as 'cart={cart.Id} items={items.Count}'.", DefaultValueFactory = _ => "" };
    static readonly Option<string> Hits = new("--hits") { Description = "End after so many hits of each method; 0 for no end.", DefaultValueFactory = _ => Hundred };
    static readonly Option<string?> For = new("--for") { Description = "End after this long, such as 60s." };
    static readonly Option<bool> Histogram = new("--histogram") { Description = "Tell no calls, but at the end how many there were and how long they took." };
    static readonly Option<bool> Force = new("--force") { Description = "Also inside the runtime's own library, which the runtime itself uses." };
    static readonly Option<bool> RecordOption = new("--record") { Description = "Record too, so that hits stand in their requests in the report; --output says where." };

    /// <summary>All of them, after which a verb may add its own.</summary>
    public static void Into(Command verb)
    {
        verb.Arguments.Add(Methods);
        foreach (var option in (Option[])[Arguments, Return, Exception, State, When, Invariant, From, Value, Freeze, Tree, Capture, Log, Hits, For, Histogram, Force, RecordOption]) verb.Options.Add(option);
    }

    /// <summary>Whether a recording is wanted.</summary>
    public static bool IsRecorded(ParseResult parsed) => parsed.GetValue(RecordOption) || parsed.GetValue(Freeze) || parsed.GetValue<string?>("--output") is not null || parsed.GetValue<string?>("--snapshot") == RecorderSettings.AtHit;

    /// <summary>How long; null until it is ended.</summary>
    public static TimeSpan? Duration(ParseResult parsed) => parsed.GetValue(For) is not { } text ? null
        : TimeText.TryDuration(text, out var nanos) && nanos > 0 ? TimeSpan.FromTicks(nanos / 100) : throw new UserError(ExitCode.BadArgument, $"--for {text}: must be a time such as {TimeText.DurationForms}");

    /// <summary>The probe that is asked for.</summary>
    public static ProbeSpec Read(ParseResult parsed)
    {
        if (!long.TryParse(parsed.GetValue(Hits), out var hits) || hits < 0) throw new UserError(ExitCode.BadArgument, $"--hits {parsed.GetValue(Hits)}: must be a number, 0 for no end");
        var isHistogram = parsed.GetValue(Histogram);
        return new()
        {
            Methods = parsed.GetValue(Methods)!, Arguments = parsed.GetValue(Arguments), Return = parsed.GetValue(Return), Exception = parsed.GetValue(Exception), State = parsed.GetValue(State),
            When = parsed.GetValue(When)!, Invariant = parsed.GetValue(Invariant)!, From = parsed.GetValue(From)!, Value = parsed.GetValue(Value)!, Freeze = parsed.GetValue(Freeze), TreeDepth = parsed.GetValue(Tree), Captures = parsed.GetValue(Capture) ?? [], Log = parsed.GetValue(Log)!, Histogram = isHistogram, Force = parsed.GetValue(Force),
            Hits = isHistogram && parsed.GetValue(Hits) == Hundred ? 0 : hits,
        };
    }
}
