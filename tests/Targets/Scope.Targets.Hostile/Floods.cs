// What is too much: of names, of text, of events in a moment, of frames.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace Scope.Targets.Hostile;

static class Floods
{
    const int Megabyte = 1 << 20;

    static readonly ActivitySource Source = new("Scope.Targets.Hostile");
    static int s_named;

    /// <summary>Activities, each with a name and a tag of its own that never come again.</summary>
    public static void Names(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var activity = Source.StartActivity($"work that was never done before, number {s_named}");
            activity?.SetTag($"tag.{s_named++}", i);
        }
    }

    /// <summary>Texts of a megabyte, in a name, a tag and an event.</summary>
    public static void Strings(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var text = new string((char)('a' + i % 26), Megabyte);
            using var activity = Source.StartActivity(i % 2 == 0 ? text : "with a long tag");
            activity?.SetTag("long", text);
            HostileEvents.Log.Text(text);
        }
    }

    /// <summary>Events as fast as all processors can.</summary>
    public static void Burst(int count)
    {
        var each = count / Environment.ProcessorCount;
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Shout(each)))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    /// <summary>An exception from so many frames down.</summary>
    public static void Deep(int frames)
    {
        var thread = new Thread(() => Catch(() => Down(frames)), maxStackSize: 256 << 20);
        thread.Start();
        thread.Join();
    }

    /// <summary>Exceptions with messages of a megabyte.</summary>
    public static void Messages(int count)
    {
        for (var i = 0; i < count; i++) Catch(() => throw new InvalidOperationException($"{i} " + new string('m', Megabyte)));
    }

    static void Shout(int count)
    {
        for (var i = 0; i < count; i++) HostileEvents.Log.One(i);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    static int Down(int frames) => frames == 0 ? throw new InvalidOperationException("from far below") : Down(frames - 1) + 1;

    static void Catch(Action act)
    {
        try
        {
            act();
        }
        catch (InvalidOperationException)
        {
            // It was thrown to be told of.
        }
    }
}

/// <summary>Events of its own, which a session has to ask for.</summary>
[EventSource(Name = "Scope-Targets-Hostile")]
sealed class HostileEvents : EventSource
{
    public static readonly HostileEvents Log = new();

    [Event(1, Level = EventLevel.Informational)]
    public void One(int number) => WriteEvent(1, number);

    [Event(2, Level = EventLevel.Informational)]
    public void Text(string text) => WriteEvent(2, text);
}
