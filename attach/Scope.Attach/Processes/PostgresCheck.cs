// Whether a Postgres answers where the configuration says: the first eight bytes of its protocol, which ask for TLS and
// which every server answers with one letter before it asks who we are.
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>Looks for the Postgres of the warm tier.</summary>
static class PostgresCheck
{
    const string Name = "postgres";
    const int DefaultPort = 5432;

    // Length 8, then the number that stands for "TLS?".
    static readonly byte[] TlsQuestion = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

    public static async Task<DoctorCheck?> RunAsync(string connection, CancellationToken cancel)
    {
        if (connection.Length == 0) return null;
        if (!TryEndpoint(connection, out var host, out var port)) return new(Name, CheckStatus.Warn, "its connection string cannot be read", "Write it as Host=…;Port=…;Database=…;Username=…");
        var where = $"{host}:{port}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limits.PortReplyMillis);
        try
        {
            using var socket = Socket(host);
            if (host.StartsWith('/')) await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{port}"), limit.Token);
            else await socket.ConnectAsync(host, port, limit.Token);
            await socket.SendAsync(TlsQuestion, SocketFlags.None, limit.Token);
            var answer = new byte[1];
            var read = await socket.ReceiveAsync(answer, SocketFlags.None, limit.Token);
            return read == 1 && answer[0] is (byte)'S' or (byte)'N'
                ? new(Name, CheckStatus.Ok, $"a Postgres answers at {where}")
                : new(Name, CheckStatus.Warn, $"something listens at {where}, and it is no Postgres", "Correct the host and port of the warm tier");
        }
        catch (Exception e) when (e is SocketException or ArgumentException || e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return new(Name, CheckStatus.Warn, $"no Postgres answers at {where} ({e.Message}); recordings stay on disk until it does", "Start it, or correct the host and port of the warm tier");
        }
    }

    static Socket Socket(string host) => host.StartsWith('/')
        ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new(SocketType.Stream, ProtocolType.Tcp);

    static bool TryEndpoint(string connection, out string host, out int port)
    {
        (host, port) = ("localhost", DefaultPort);
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = connection };
            if (parts.TryGetValue("Host", out var h) || parts.TryGetValue("Server", out h)) host = ((string)h).Split(',')[0].Trim();
            return !parts.TryGetValue("Port", out var p) || int.TryParse((string)p, NumberStyles.None, CultureInfo.InvariantCulture, out port);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
