using System.Text;
using System.Text.Json;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Store;

namespace Scope.Reports.Tests.Exports;

[TestClass]
public sealed class JsonExportTests
{
    [TestMethod]
    public void Each_line_of_ndjson_is_one_event()
    {
        var lines = Encoding.UTF8.GetString(ExportSample.Export(NdjsonExport.Write)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(ExportSample.Events.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var line = JsonDocument.Parse(lines[i]);
            line.RootElement.GetProperty("id").GetInt64().ShouldBe(i);
            line.RootElement.GetProperty("kind").GetString().ShouldBe(ExportSample.Events[i].Kind.Text());
        }
        using var last = JsonDocument.Parse(lines[^1]);
        last.RootElement.GetProperty("name").GetString().ShouldBe(ExportSample.Hostile.Replace('\uD800', '\uFFFD'));
        last.RootElement.GetProperty("payload")[1][1].GetString().ShouldBe("-1+1");
        last.RootElement.GetProperty("traceId").GetString().ShouldBe("00000000000000010000000000000002");
    }

    [TestMethod]
    public void A_query_chooses_what_is_exported()
    {
        var errors = new EventQuery { Kinds = KindSet.Of(EventKind.ExceptionThrown), Limit = 3, Order = EventOrder.NewestFirst };
        foreach (var file in ExportFormat.All.SelectMany(format => format.Files)) ExportSample.Export(file.Write, errors).Length.ShouldBeLessThan(ExportSample.Export(file.Write).Length, file.Name);
        Encoding.UTF8.GetString(ExportSample.Export(NdjsonExport.Write, errors)).Split('\n').Length.ShouldBe(4);
    }

    [TestMethod]
    public void The_Chrome_trace_follows_the_published_format()
    {
        using var trace = JsonDocument.Parse(ExportSample.Export(ChromeTraceExport.Write));
        var open = new Dictionary<string, int>();
        foreach (var e in trace.RootElement.GetProperty("traceEvents").EnumerateArray())
        {
            var phase = e.GetProperty("ph").GetString()!;
            e.GetProperty("name").ValueKind.ShouldBe(JsonValueKind.String);
            e.GetProperty("pid").GetInt32().ShouldBeGreaterThan(0);
            e.GetProperty("tid").GetInt64();
            if (phase != "M") e.GetProperty("ts").GetDecimal().ShouldBeGreaterThanOrEqualTo(0);
            switch (phase)
            {
                case "X": e.GetProperty("dur").GetDecimal().ShouldBeGreaterThanOrEqualTo(0); break;
                case "i": e.GetProperty("s").GetString().ShouldBe("t"); break;
                case "C": e.GetProperty("args").GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Number); break;
                case "M": e.GetProperty("args").GetProperty("name").ValueKind.ShouldBe(JsonValueKind.String); break;
                case "b" or "e": open[e.GetProperty("cat").GetString() + e.GetProperty("id").GetString()] = open.GetValueOrDefault(e.GetProperty("cat").GetString() + e.GetProperty("id").GetString()) + (phase == "b" ? 1 : -1); break;
                default: Assert.Fail($"the phase {phase} is not one that we write"); break;
            }
        }
        open.Count.ShouldBeGreaterThan(50);
        open.Values.ShouldAllBe(left => left == 0);
        var frames = trace.RootElement.GetProperty("stackFrames");
        var samples = trace.RootElement.GetProperty("samples").EnumerateArray().ToList();
        samples.Count.ShouldBe(ExportSample.Events.Count(e => e.Kind == EventKind.CpuSample));
        foreach (var sample in samples)
            for (int? at = sample.TryGetProperty("sf", out var top) ? top.GetInt32() : null; at is not null;)
                at = frames.GetProperty(at.Value.ToString()).TryGetProperty("parent", out var parent) ? parent.GetInt32() : null;
    }

    [TestMethod]
    public void Comma_separated_values_read_back_and_run_no_formula()
    {
        var rows = Rows(Encoding.UTF8.GetString(ExportSample.Export(CsvExport.Write)));
        rows.Count.ShouldBe(ExportSample.Events.Length + 1);
        rows.ShouldAllBe(row => row.Count == rows[0].Count);
        rows[^1][3].ShouldBe("'" + ExportSample.Hostile.Replace('\uD800', '\uFFFD'));
        rows.SelectMany(row => row.Skip(13)).ShouldAllBe(cell => cell.Length == 0 || !"=+-@".Contains(cell[0]));
    }

    /// <summary>RFC 4180, as a reader has it.</summary>
    static List<List<string>> Rows(string text)
    {
        var (rows, row, cell) = (new List<List<string>>(), new List<string>(), new StringBuilder());
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"'); i++)
                {
                    if (text[i] == '"') i++;
                    cell.Append(text[i]);
                }
            }
            else if (text[i] is ',' or '\n')
            {
                row.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (text[i] == ',') continue;
                rows.Add(row);
                row = [];
            }
            else cell.Append(text[i]);
        }
        return rows;
    }
}
