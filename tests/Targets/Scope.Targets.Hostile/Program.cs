// A target that does to a recorder what none should: names without end, huge texts, bursts, deep stacks, and every sort of
// end. It does each when a line on its standard input says so, answers with a line, and counts its own heart beats meanwhile.
using Scope.Targets.Hostile;

using var heart = new Heart();
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    var number = words.Length > 1 && int.TryParse(words[1], out var n) ? n : 0;
    switch (words[0])
    {
        case "names": Floods.Names(number); break;
        case "strings": Floods.Strings(number); break;
        case "burst": Floods.Burst(number); break;
        case "deep": Floods.Deep(number); break;
        case "messages": Floods.Messages(number); break;
        case "beats": Console.WriteLine($"beats {heart.Beats}"); continue;
        case "end": Ends.By(words[1]); break;
        default: Console.WriteLine($"unknown: {line}"); continue;
    }
    Console.WriteLine($"done {line}");
}
