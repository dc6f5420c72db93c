// Paths as the runtime of this process really writes them: activities of a real event source, opened inside one another.
using System.Diagnostics.Tracing;
using Scope.Events;
using Scope.Pipeline.Correlate;

namespace Scope.Pipeline.Tests.Correlate;

[TestClass]
public sealed class ActivityPathTests
{
    [TestMethod]
    public void The_activity_around_another_is_computed_from_its_id()
    {
        using var listener = new Listener();
        // Siblings up to numbers of two bytes at both nibbles of a byte, and depths up to where the runtime gives up writing paths.
        foreach (var (siblings, depth) in ((int, int)[])[(1, 4), (9, 3), (12, 3), (300, 2), (5000, 2), (1, 9)])
        {
            var around = Guid.Empty;
            Nest(depth, siblings, listener, ref around);
        }
    }

    [TestMethod]
    public void An_id_that_is_no_path_has_nothing_around_it()
    {
        var random = new Random(3);
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            ActivityPath.TryEnclosing(SpanKey.OfActivity(new Guid(bytes)), out _); // Any bytes may come: it ends, whatever it says.
        }
        ActivityPath.TryEnclosing(SpanKey.OfActivity(Guid.Empty), out _).ShouldBeFalse();
        ActivityPath.TryEnclosing(SpanKey.OfActivity(new("00001113-0000-0000-0000-000099809d59")), out var around).ShouldBeTrue();
        around.ShouldBe(SpanKey.OfActivity(new("00001013-0000-0000-0000-000099839d59")));
        ActivityPath.TryEnclosing(SpanKey.OfActivity(new("00001113-0000-0000-0000-000012345678")), out _).ShouldBeFalse();
    }

    static void Nest(int depth, int siblings, Listener listener, ref Guid around)
    {
        if (depth == 0) return;
        for (var i = 0; i < siblings; i++)
        {
            Nested.Log.WorkStart();
            var own = listener.Last;
            own.ShouldNotBe(Guid.Empty);
            if (around != Guid.Empty && !IsCut(own))
            {
                ActivityPath.TryEnclosing(SpanKey.OfActivity(own), out var enclosing).ShouldBeTrue($"{own:N} in {around:N}");
                enclosing.ShouldBe(SpanKey.OfActivity(around), $"{own:N} in {around:N}");
            }
            if (i == siblings - 1)
            {
                var inner = own;
                Nest(depth - 1, 2, listener, ref inner);
            }
            Nested.Log.WorkStop();
        }
    }

    // A path too long to write: a nibble of 11 in it.
    static bool IsCut(Guid id) => Convert.ToHexString(id.ToByteArray())[..24].Contains('B');

    [EventSource(Name = "Scope-Tests-Nested")]
    sealed class Nested : EventSource
    {
        public static readonly Nested Log = new();

        [Event(1, ActivityOptions = EventActivityOptions.Recursive)]
        public void WorkStart() => WriteEvent(1);

        [Event(2, ActivityOptions = EventActivityOptions.Recursive)]
        public void WorkStop() => WriteEvent(2);
    }

    sealed class Listener : EventListener
    {
        public Guid Last { get; private set; }

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name == "Scope-Tests-Nested") EnableEvents(source, EventLevel.Verbose);
            if (source.Name == "System.Threading.Tasks.TplEventSource") EnableEvents(source, EventLevel.Informational, (EventKeywords)0x80);
        }

        protected override void OnEventWritten(EventWrittenEventArgs e)
        {
            if (e.EventName == "WorkStart") Last = e.ActivityId;
        }
    }
}
