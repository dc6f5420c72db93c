// Which kind of span an activity is: by its own name or its source where we know them, by its tags, else by its W3C kind.
using System.Collections.Frozen;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>The table of known activities and sources. Kinds are those of ends; a start's is one less.</summary>
static class SpanKinds
{
    /// <summary>The activity of a request that ASP.NET Core serves.</summary>
    public const string RequestIn = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    static readonly FrozenDictionary<string, EventKind> Known = new Dictionary<string, EventKind>
    {
        [RequestIn] = EventKind.Request,
        ["System.Net.Http.HttpRequestOut"] = EventKind.ClientCall,
        ["System.Net.Http"] = EventKind.ClientCall,
        ["Npgsql"] = EventKind.Sql,
        ["MySqlConnector"] = EventKind.Sql,
        ["Microsoft.Data.SqlClient"] = EventKind.Sql,
        ["OpenTelemetry.Instrumentation.SqlClient"] = EventKind.Sql,
        ["OpenTelemetry.Instrumentation.EntityFrameworkCore"] = EventKind.Sql,
        ["Microsoft.AspNetCore.SignalR.Server"] = EventKind.Message,
        ["Microsoft.AspNetCore.SignalR.Client"] = EventKind.Message,
        ["Microsoft.AspNetCore.Components"] = EventKind.Message,
        ["Grpc.Net.Client"] = EventKind.Message,
        ["Grpc.AspNetCore.Server"] = EventKind.Message,
        ["Grpc.Net.Client.GrpcOut"] = EventKind.Message,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, EventKind> W3C = new Dictionary<string, EventKind>
    {
        ["Server"] = EventKind.Request,
        ["Client"] = EventKind.ClientCall,
        ["Producer"] = EventKind.Message,
        ["Consumer"] = EventKind.Message,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, EventKind>.AlternateLookup<ReadOnlySpan<char>> KnownBySpan = Known.GetAlternateLookup<ReadOnlySpan<char>>();
    static readonly FrozenDictionary<string, EventKind>.AlternateLookup<ReadOnlySpan<char>> W3CBySpan = W3C.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The kind of an activity's end.</summary>
    public static EventKind Of(ReadOnlySpan<char> source, ReadOnlySpan<char> activity, ReadOnlySpan<char> w3cKind, bool hasSql) =>
        KnownBySpan.TryGetValue(activity, out var kind) || KnownBySpan.TryGetValue(source, out kind) ? kind
        : hasSql ? EventKind.Sql
        : W3CBySpan.TryGetValue(w3cKind, out kind) ? kind
        : EventKind.Activity;
}
