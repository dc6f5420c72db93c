// The tables that the report's data points into: texts, frames and stacks, each written once however often it occurs,
// and bounded in all, so that a target with hostile or huge texts still gives a file that opens.
using System.Text.Json;
using Scope.Code;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Texts, frames and stacks of one report. Place 0 of each is "none".</summary>
sealed class ReportTexts(Catalog catalog, CodePlaces places)
{
    const string LeftOut = "(left out: the report's text budget is used up; ask the recording with scope-attach query)";

    readonly Dictionary<string, int> _places = new(StringComparer.Ordinal) { [""] = 0 };
    readonly List<string> _texts = [""];
    readonly Dictionary<NameId, int> _names = [];
    readonly Dictionary<MethodId, int> _framePlaces = [];
    readonly List<MethodId> _frames = [default];
    readonly Dictionary<StackId, int> _stackPlaces = [];
    readonly List<(int Caller, int Frame)> _stacks = [(0, 0)];
    long _bytes;

    /// <summary>The dictionaries of the history.</summary>
    public Catalog Catalog { get; } = catalog;

    /// <summary>Names of methods for people, and which are the application's.</summary>
    public CodeNames Code { get; } = new(catalog, places);

    /// <summary>The place of a text, cut to a length.</summary>
    public int Of(string text, int mostChars = Limits.ReportTextChars)
    {
        if (text.Length > mostChars) text = $"{text.AsSpan(0, mostChars)}… ({text.Length - mostChars:N0} more characters)";
        if (_places.TryGetValue(text, out var place)) return place;
        if (_bytes + BytesOf(text) > Limits.ReportTextBytes)
        {
            text = LeftOut;
            if (_places.TryGetValue(text, out place)) return place;
        }
        _bytes += BytesOf(text);
        _places[text] = place = _texts.Count;
        _texts.Add(text);
        return place;
    }

    /// <summary>The place of a name.</summary>
    public int Of(NameId name)
    {
        if (name.IsNone) return 0;
        if (!_names.TryGetValue(name, out var place)) _names[name] = place = Of(Catalog.Names[name], Limits.NameChars);
        return place;
    }

    /// <summary>The place of a method among the frames.</summary>
    public int FrameOf(MethodId method)
    {
        if (method.IsNone) return 0;
        if (_framePlaces.TryGetValue(method, out var place)) return place;
        _framePlaces[method] = place = _frames.Count;
        _frames.Add(method);
        return place;
    }

    /// <summary>The place of a stack; its callers come along.</summary>
    public int StackOf(StackId stack)
    {
        if (stack.IsNone || !Catalog.Stacks.TryGet(stack, out _)) return 0;
        if (_stackPlaces.TryGetValue(stack, out var place)) return place;
        if (_stacks.Count > Limits.ReportStackNodes) return 0;
        var path = new List<(StackId Id, CodeNodeId Frame)>();
        for (var at = stack; Catalog.Stacks.TryGet(at, out var node) && !_stackPlaces.TryGetValue(at, out place); at = node.Caller) path.Add((at, node.Frame));
        for (var i = path.Count - 1; i >= 0; i--)
        {
            _stacks.Add((place, FrameOf(Catalog.CodeNodes.MethodOf(path[i].Frame))));
            _stackPlaces[path[i].Id] = place = _stacks.Count - 1;
        }
        return place;
    }

    /// <summary>Writes a payload's fields as [key, text, …] with places for both, or 0 for none.</summary>
    public void WritePayload(Utf8JsonWriter data, PayloadId payload, bool isEvidence)
    {
        var reader = Catalog.Payloads.Read(payload);
        if (!reader.Next())
        {
            data.WriteNumberValue(0);
            return;
        }
        data.WriteStartArray();
        do
        {
            data.WriteNumberValue(Of(reader.Key));
            data.WriteNumberValue(Of(reader.Text, isEvidence ? Limits.PayloadBytes : Limits.ReportTextChars));
        }
        while (reader.Next());
        data.WriteEndArray();
    }

    /// <summary>About what a text takes in the file: escapes are six bytes, letters beyond ASCII up to three.</summary>
    static int BytesOf(string text)
    {
        var bytes = text.Length;
        foreach (var c in text) bytes += c < ' ' || "<>&'\"+`\\".Contains(c) ? 5 : c < 0x80 ? 0 : 2;
        return bytes;
    }

    /// <summary>Writes the tables; what is asked for afterwards is lost.</summary>
    public void Write(Utf8JsonWriter data)
    {
        data.WriteStartObject("frames");
        data.Numbers("name", _frames, f => Of(Code.NameOf(f)));
        data.Numbers("module", _frames, f => Of(Code.ModuleOf(f)));
        data.Numbers("line", _frames, f => Of(Code.LineOf(f)));
        data.Numbers("app", _frames, f => Code.IsApplication(f) ? 1 : 0);
        data.WriteEndObject();
        data.WriteStartObject("stacks");
        data.Numbers("caller", _stacks, s => s.Caller);
        data.Numbers("frame", _stacks, s => s.Frame);
        data.WriteEndObject();
        data.Strings("texts", _texts);
    }
}
