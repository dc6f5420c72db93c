// The events that match a question, printed as they come, as tail -f does with a log: on the screen within a tenth of a second.
// The recording has all the others.
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Agent.Live;

static class FollowedEvents
{
    /// <summary>A question that can be followed; one that cannot is refused before anything is attached to.</summary>
    /// <exception cref="UserError">It makes no sense, or starts from events that are there already.</exception>
    public static QueryText Parse(string question)
    {
        if (!QueryText.TryParse(question, out var text, out var mistake)) throw Failures.Of(mistake);
        // What a term stands for shows when it is asked of a history; an empty one will do.
        using var tried = new HotIndex(new(), new()).Subscribe(text, out mistake) ?? throw Failures.Of(mistake!);
        return text;
    }

    /// <summary>Prints until the recording is to end or has ended by itself.</summary>
    public static async Task ShowAsync(Recorder recorder, QueryText question, Task stop)
    {
        using var following = recorder.Follow(question);
        EventTable.WriteHead(Console.Out);
        var end = Task.WhenAny(stop, recorder.Ended);
        var ending = end.ContinueWith(_ => following.Dispose(), TaskScheduler.Default);
        await foreach (var stored in following.Events.ReadAllAsync()) EventTable.WriteLine(recorder.History.Catalog, stored, Console.Out);
        await ending;
        if (following.Dropped > 0) Console.Error.WriteLine($"{following.Dropped:N0} more came faster than they could be printed; they are in the recording.");
    }
}
