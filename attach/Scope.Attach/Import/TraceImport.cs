// Reads a file of another tool into a sink, and says afterwards what the file could not tell.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;

namespace Scope.Attach.Import;

/// <summary>What an import gave.</summary>
/// <param name="Packing">How the file was packed: "", "gzip" or "zip: NAME".</param>
/// <param name="Outcome">How the reading ended.</param>
/// <param name="CannotTell">What the file cannot tell, and what else the user must know, one sentence each.</param>
public sealed record ImportResult(string Packing, NettraceOutcome Outcome, IReadOnlyList<string> CannotTell);

/// <summary>Imports trace files.</summary>
public static class TraceImport
{
    /// <summary>Reads the file at a path into a sink.</summary>
    public static Attempt<ImportResult> Read(string path, INettraceSink sink, NettraceOptions? options = null)
    {
        if (!TraceFile.Open(path).Try(out var file, out var failure)) return failure;
        using (file)
        {
            var contents = new TraceContents(sink);
            var outcome = NettraceReader.Read(file.Stream, contents, options);
            if (contents.Header is null) return new AttachFailure(AttachReason.BadRequest, 0, $"cannot import {path}: {outcome.Reason} (at byte {outcome.Offset}). Record it again, or give another file.");
            return new ImportResult(file.Packing, outcome, [.. file.Remarks, .. TraceGaps.Of(contents, outcome)]);
        }
    }
}
