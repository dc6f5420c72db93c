// OpenTelemetry protocol: spans and log records, in requests of bounded size. A file of several requests one after the
// other is itself one valid TracesData (LogsData) message, as protobuf merges repeated fields; an endpoint gets them one
// by one (OtlpSender).
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Is given one export request; good during the call. False stops the export.</summary>
public delegate bool OtlpRequestVisitor(ReadOnlyMemory<byte> request, int records);

/// <summary>Writes spans and logs as OTLP.</summary>
public static class OtlpExport
{
    const int RequestRecords = 512; // The batch size of OpenTelemetry's own exporters.
    const int RequestBytes = 1 << 20; // gRPC servers refuse messages of more than 4 MB.

    /// <summary>Writes the spans that match as one TracesData message.</summary>
    public static void WriteTraces(IHistory history, EventQuery query, Stream output) => VisitTraces(history, query, (request, _) => Write(output, request));

    /// <summary>Writes the log records that match as one LogsData message.</summary>
    public static void WriteLogs(IHistory history, EventQuery query, Stream output) => VisitLogs(history, query, (request, _) => Write(output, request));

    /// <summary>Shows the spans that match as ExportTraceServiceRequests.</summary>
    public static void VisitTraces(IHistory history, EventQuery query, OtlpRequestVisitor visitor) => Visit(history, query, KindSet.Spans, new OtlpRecords(history).WriteSpan, visitor);

    /// <summary>Shows the log records that match as ExportLogsServiceRequests.</summary>
    public static void VisitLogs(IHistory history, EventQuery query, OtlpRequestVisitor visitor) => Visit(history, query, KindSet.Of(EventKind.Log), new OtlpRecords(history).WriteLog, visitor);

    delegate void RecordWriter(ProtoWriter proto, in ScopeEvent e);

    static void Visit(IHistory history, EventQuery query, KindSet kinds, RecordWriter write, OtlpRequestVisitor visitor)
    {
        var wanted = query.Kinds.Bits == 0 ? kinds : new(query.Kinds.Bits & kinds.Bits);
        if (wanted.Bits == 0) return;
        // One resource a request, and one target a resource: so one pass for each target.
        for (var i = 1; i <= Math.Max(1, history.Catalog.Targets.All.Count); i++)
        {
            var target = new TargetId((ushort)i);
            if (!query.Target.IsNone && query.Target != target) continue;
            if (!VisitTarget(history, query with { Kinds = wanted, Target = history.Catalog.Targets.All.Count == 0 ? default : target }, write, visitor)) return;
        }
    }

    static bool VisitTarget(IHistory history, EventQuery query, RecordWriter write, OtlpRequestVisitor visitor)
    {
        var request = new OtlpRequest(history.Catalog, query.Target);
        var goesOn = true;
        history.Visit(query, (EventId _, in ScopeEvent e) =>
        {
            write(request.Record(), e);
            if (request.Records == RequestRecords || request.Bytes >= RequestBytes) goesOn = request.Send(visitor);
            return goesOn;
        });
        return goesOn && (request.Records == 0 || request.Send(visitor));
    }

    static bool Write(Stream output, ReadOnlyMemory<byte> request)
    {
        output.Write(request.Span);
        return true;
    }

    /// <summary>One request while it is put together.</summary>
    sealed class OtlpRequest(Catalog catalog, TargetId target)
    {
        readonly ProtoWriter _records = new(), _request = new();

        public int Records { get; private set; }

        public int Bytes => _records.Length;

        /// <summary>Where the next record goes.</summary>
        public ProtoWriter Record()
        {
            Records++;
            return _records;
        }

        public bool Send(OtlpRequestVisitor visitor)
        {
            _request.Clear();
            var resources = _request.Begin(OtlpFields.ExportRequest.Resources);
            WriteResource();
            var scopes = _request.Begin(OtlpFields.Resources.Scopes);
            var scope = _request.Begin(OtlpFields.Scopes.Scope);
            _request.Text(OtlpFields.Scope.Name, "scope-attach");
            _request.End(scope);
            _request.Raw(_records.Written.Span);
            _request.End(scopes);
            _request.End(resources);
            var goesOn = visitor(_request.Written, Records);
            _records.Clear();
            Records = 0;
            return goesOn;
        }

        void WriteResource()
        {
            var resource = _request.Begin(OtlpFields.Resources.Resource);
            if (!target.IsNone)
            {
                var info = catalog.Targets[target];
                OtlpRecords.Attribute(_request, OtlpFields.Resource.Attributes, "service.name", info.ApplicationModule.Length > 0 ? info.ApplicationModule : info.Name);
                OtlpRecords.Attribute(_request, OtlpFields.Resource.Attributes, "process.pid", info.Pid);
                OtlpRecords.Attribute(_request, OtlpFields.Resource.Attributes, "process.runtime.version", info.RuntimeVersion);
            }
            _request.End(resource);
        }
    }
}
