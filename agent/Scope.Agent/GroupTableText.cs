// Groups of events as a table for people, as JSON and as CSV.
using System.Globalization;
using System.Text.Json.Nodes;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Store.Query;

namespace Scope.Agent;

static class GroupTableText
{
    const string Others = "(other)";

    /// <summary>Writes a table as "table", "json" or "csv".</summary>
    /// <param name="table">The groups.</param>
    /// <param name="format">The form.</param>
    /// <param name="ofTimes">Whether values are times in ns, to be shown to people with a unit.</param>
    /// <param name="into">Where to.</param>
    public static void Write(GroupTable table, string format, bool ofTimes, TextWriter into)
    {
        if (format == "json") JsonOut.Write(into, Json(table));
        else if (format == "csv") Csv(table, into);
        else Text(table, ofTimes, into);
    }

    static void Text(GroupTable table, bool ofTimes, TextWriter into)
    {
        string[] heads = [.. table.Grouping.Parts.Select(part => part.Name), .. table.Grouping.Aggregates.Select(a => a.Name)];
        string[][] cells = [heads, .. Rows(table).Select(row => (string[])[.. Keys(table, row).Select(EventTable.OneLine), .. row.Numbers.Select((number, i) => Shown(number, table.Grouping.Aggregates[i].Unit, ofTimes))])];
        var widths = heads.Select((_, column) => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
            into.WriteLine(string.Join("  ", row.Select((cell, column) => column < table.Grouping.Parts.Count ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    static void Csv(GroupTable table, TextWriter into)
    {
        into.WriteLine(string.Join(',', (string[])[.. table.Grouping.Parts.Select(part => part.Name), .. table.Grouping.Aggregates.Select(a => a.Name)]));
        foreach (var row in Rows(table))
        {
            var cells = 0;
            foreach (var cell in Keys(table, row).Concat(row.Numbers.Select(Plain)))
            {
                if (cells++ > 0) into.Write(',');
                CsvExport.Cell(into, cell);
            }
            into.WriteLine();
        }
    }

    static JsonObject Json(GroupTable table) => new()
    {
        ["groups"] = new JsonArray([.. table.Rows.Select(row => Json(table, row))]),
        ["other"] = table.Other is { } other ? Json(table, other) : null,
        ["events"] = table.Events,
    };

    static JsonObject Json(GroupTable table, GroupRow row)
    {
        var json = new JsonObject();
        for (var i = 0; i < table.Grouping.Parts.Count && row.Keys is not null; i++) json[table.Grouping.Parts[i].Name] = row.Keys[i];
        for (var i = 0; i < row.Numbers.Count; i++) json[table.Grouping.Aggregates[i].Name] = double.IsNaN(row.Numbers[i]) ? null : row.Numbers[i];
        return json;
    }

    static IEnumerable<GroupRow> Rows(GroupTable table) => table.Other is { } other ? [.. table.Rows, other] : table.Rows;

    // Events that have none of a key are a group too, and are called so.
    static IEnumerable<string> Keys(GroupTable table, GroupRow row) =>
        row.Keys is { } keys ? keys.Select(key => key.Length == 0 ? "(none)" : key) : table.Grouping.Parts.Select((_, i) => i == 0 ? Others : "");

    static string Shown(double number, AggregateUnit unit, bool ofTimes) =>
        double.IsNaN(number) ? "" : unit == AggregateUnit.Value && ofTimes ? TimeText.Show((long)number) : unit == AggregateUnit.EventsASecond ? number.ToString("N2", CultureInfo.InvariantCulture) : number.ToString("N0", CultureInfo.InvariantCulture);

    static string Plain(double number) => double.IsNaN(number) ? "" : number.ToString(CultureInfo.InvariantCulture);
}
