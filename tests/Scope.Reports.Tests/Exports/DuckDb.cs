// The real DuckDB, by its package for node: what it says of a Parquet file is what everybody's tools will say.
using System.Text.Json;
using Scope.Testing;

namespace Scope.Reports.Tests.Exports;

static class DuckDb
{
    const string Script = """
        const [module, ...queries] = process.argv.slice(1);
        const { DuckDBInstance } = require(module);
        (async () => {
          const connection = await (await DuckDBInstance.create(':memory:')).connect();
          await connection.run("set timezone = 'UTC'");
          const answers = [];
          for (const query of queries) answers.push((await connection.runAndReadAll(query)).getRowsJson());
          console.log(JSON.stringify(answers));
        })().catch(e => { console.error(e); process.exit(1); });
        """;

    /// <summary>Asks and gives the rows of each answer; numbers of 64 bits are texts.</summary>
    public static async Task<List<List<string?[]>>> AskAsync(params string[] queries)
    {
        var ended = await ChildProcess.RunAsync("node", ["-e", Script, NpmPackage.Folder("@duckdb/node-api", "1.5.6-r.1"), .. queries]);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        using var answers = JsonDocument.Parse(ended.Output);
        return [.. answers.RootElement.EnumerateArray().Select(answer => answer.EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Null ? null : cell.ToString()).ToArray()).ToList())];
    }
}
