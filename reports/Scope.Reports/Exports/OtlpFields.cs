// The field numbers of the OpenTelemetry protocol that we write, named as in the published .proto files; a test reads
// those files and holds this table to them.
namespace Scope.Reports.Exports;

#pragma warning disable CS1591 // The names are those of the protocol.

/// <summary>opentelemetry.proto.{common,resource,trace,logs}.v1: message, field, number.</summary>
static class OtlpFields
{
    public static class ExportRequest { public const int Resources = 1; }
    public static class ExportResponse { public const int PartialSuccess = 1; }
    public static class PartialSuccess { public const int Rejected = 1, ErrorMessage = 2; }
    public static class Resources { public const int Resource = 1, Scopes = 2; }
    public static class Resource { public const int Attributes = 1; }
    public static class Scopes { public const int Scope = 1, Records = 2; }
    public static class Scope { public const int Name = 1, Version = 2; }
    public static class KeyValue { public const int Key = 1, Value = 2; }
    public static class AnyValue { public const int StringValue = 1, IntValue = 3; }

    public static class Span
    {
        public const int TraceId = 1, SpanId = 2, ParentSpanId = 4, Name = 5, Kind = 6, StartTimeUnixNano = 7, EndTimeUnixNano = 8, Attributes = 9, Events = 11, Status = 15;
    }

    public static class Event { public const int TimeUnixNano = 1, Name = 2, Attributes = 3; }
    public static class Status { public const int Code = 3; }

    public static class LogRecord
    {
        public const int TimeUnixNano = 1, SeverityNumber = 2, SeverityText = 3, Body = 5, Attributes = 6, TraceId = 9, SpanId = 10, ObservedTimeUnixNano = 11;
    }
}
