// A target whose methods have every shape that code can have. It does one thing for each line on its standard input and
// answers with one. It ends when its input does.
using System.Globalization;
using Scope.Targets.Shapes;

Console.WriteLine("ready");
var load = new Load();
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    _ = int.TryParse(words.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out int number);
    var answer = words[0] switch
    {
        "load" => load.Start(number),
        "stop" => load.Stop(),
        "each" => Checks.RunEach(number),
        "time" => Timing.Measure(words[1], int.Parse(words[2], CultureInfo.InvariantCulture)),
        "compile" => Framework.Compile(words[1], int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture)),
        "load-from" => Framework.LoadFrom(words[1], isCollectible: words[2] == "collectible"),
        "orders" => Orders.Place(number),
        "threads" => Crowd.ComeAndGo(number),
        "throw" => Failures.Trace(number),
        "wait" => Waiting.Start(),
        "go" => Waiting.End(),
        "crash" => Failures.Crash(),
        "overflow" => Failures.Overflow(0).ToString(CultureInfo.InvariantCulture),
        _ => "unknown",
    };
    Console.WriteLine($"done {words[0]} {answer}");
}
