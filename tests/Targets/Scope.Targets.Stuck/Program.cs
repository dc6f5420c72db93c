// A target that gets into one bad state for each line on its standard input, and answers with what a snapshot of it must
// say, so that a test compares the two. It ends when its input does. A thread ticks all the time and knows the longest
// gap between two ticks: the pause as the target itself felt it.
using Scope.Targets.Stuck;

var ticks = new Ticks();
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    var number = words.Length > 1 ? int.Parse(words[1]) : 0;
    var answer = words[0] switch
    {
        "deadlock" => Bank.Deadlock(),
        "locks" => Locks.Hold(),
        "async-deadlock" => SingleThread.Deadlock(),
        "forgotten" => Mailbox.Forget(number),
        "awaiting" => Mailbox.Wait(number),
        "events" => Prices.Subscribe(number),
        "cache" => OrderCache.Fill(number),
        "finalizer" => SlowHandle.Block(number),
        "timers" => Poller.Start(number),
        "starve" => Starved.Queue(number),
        "threads" => Crowd.Start(number),
        "heap" => Ballast.Fill(number),
        "churn" => Ballast.Churn(),
        "contexts" => Plugins.Load(number),
        "throw" => Failures.Keep(number),
        "gap-reset" => ticks.Reset(),
        "gap" => ticks.LongestGap(),
        _ => "unknown",
    };
    Console.WriteLine($"done {words[0]} {answer}");
}
