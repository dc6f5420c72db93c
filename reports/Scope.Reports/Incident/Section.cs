// A section of the report: it is shown the events of its kinds once, in the order of time, counts what it needs, says
// which events are worth showing whole, and writes its part of the data.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>One section of a report; made for one report and thrown away.</summary>
abstract class Section
{
    /// <summary>The key of its part in the report's data.</summary>
    public abstract string Key { get; }

    /// <summary>The kinds it wants to be shown; the empty set for all.</summary>
    public abstract KindSet Kinds { get; }

    /// <summary>Takes one event.</summary>
    public abstract void Take(EventId id, in ScopeEvent e);

    /// <summary>Names the events and flows that the report should hold whole.</summary>
    public virtual void Choose(EventChoice choice) { }

    /// <summary>Writes the members of its part.</summary>
    protected abstract void Write(Utf8JsonWriter data);

    /// <summary>Writes its part, with its key.</summary>
    public void WriteTo(Utf8JsonWriter data)
    {
        data.WriteStartObject(Key);
        Write(data);
        data.WriteEndObject();
    }
}
