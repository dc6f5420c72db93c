// An excerpt that goes across several recordings, as of a service that was started again: it must be readable whole, in order,
// and its links must lead where they led.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Query.Merge;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class RecordingExcerptTests
{
    [TestMethod]
    public void An_excerpt_across_two_recordings_holds_the_events_of_both_in_order_and_its_links_lead_within_it()
    {
        using var folder = new TemporaryFolder("excerpt");
        var merged = new MergedHistory([new("a", "disk", Recorded("GET /before", from: 0)), new("b", "disk", Recorded("GET /after", from: 500))]);
        var into = Directory.CreateDirectory(folder["excerpt.scope"]).FullName;
        RecordingExcerpt.Write(merged, new(200), new(800), into, new() { ScopeVersion = "", Started = new(200), Targets = [.. merged.Catalog.Targets.All], Sources = [] }).ShouldBe(1_200);

        var excerpt = RecordingReader.Open(into);
        var events = excerpt.List(EventQuery.All);
        events.Count.ShouldBe(1_200);
        events.Select(e => e.Event.Time).ShouldBeInOrder();
        events.Select(e => e.Id.Value).ShouldBe(Enumerable.Range(0, 1_200).Select(i => (long)i));
        foreach (var (name, count) in new[] { ("GET /before", 300), ("GET /after", 300) })
            excerpt.List(new() { Name = excerpt.Catalog.Names.Find(name) }).Count.ShouldBe(count);
        foreach (var (id, link) in events.Where(e => e.Event.Kind == EventKind.Link))
        {
            excerpt.TryGet(new(id.Value - link.Related.Value), out var effect).ShouldBeTrue();
            effect.Kind.ShouldBe(EventKind.Request);
            excerpt.TryGet(new(link.Value), out var cause).ShouldBeTrue();
            if (link.Value != id.Value && link.Value != id.Value - link.Related.Value) cause.Time.ShouldBe(effect.Time - 1, "a request is caused by the one before; of what lies outside a link leads nowhere");
        }
    }

    // A request each nanosecond, caused by the one before it.
    static HotIndex Recorded(string route, long from)
    {
        var catalog = new Catalog();
        catalog.Names.Intern("padding " + from); // Else both would number alike.
        var target = catalog.Targets.Add(new(1, "shop", "", "", "", "", new(from), 1, ""));
        var (index, name, before) = (new HotIndex(catalog, new()), catalog.Names.Intern(route), default(EventId));
        for (var i = 0; i < 500; i++)
        {
            var id = index.Append(new() { Time = new(from + i), Kind = EventKind.Request, Target = target, Name = name });
            index.Append(new() { Time = new(from + i), Kind = EventKind.Link, Target = target, Value = before.Value, Related = new(1), Detail = (ushort)LinkKind.TaskSpawn });
            before = id;
        }
        return index;
    }
}
