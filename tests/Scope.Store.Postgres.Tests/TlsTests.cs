using Npgsql;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

/// <summary>A server with a certificate that it signed itself, and one that somebody else signed.</summary>
[TestClass]
public sealed class TlsTests
{
    static PostgresServer s_server = null!;
    static readonly TemporaryFolder s_folder = new("tls");

    [ClassInitialize]
    public static async Task Start(TestContext _)
    {
        s_server = await PostgresServer.StartAsync();
        await using var admin = NpgsqlDataSource.Create(s_server.ConnectionString);
        // The server runs openssl itself, in its folder, so that the keys are its own.
        foreach (var name in (string[])["server", "other"])
        {
            await RunAsync(admin, $"copy (select 1) to program 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={name} -addext subjectAltName=IP:127.0.0.1 -keyout {name}.key -out {name}.crt 2>/dev/null'");
            await using var read = admin.CreateCommand($"select pg_read_file('{name}.crt')");
            await File.WriteAllTextAsync(s_folder[$"{name}.crt"], (string)(await read.ExecuteScalarAsync())!);
        }
        foreach (var setting in (string[])["ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl = on"]) await RunAsync(admin, $"alter system set {setting}");
        await RunAsync(admin, "select pg_reload_conf()");
        await Deadline.UntilAsync("the server to speak TLS", async () => await TryAsync("SSL Mode=Require") is null);
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        await s_server.DisposeAsync();
        s_folder.Dispose();
    }

    [TestMethod]
    [DataRow("SSL Mode=Disable", false)]
    [DataRow("SSL Mode=Require", true)]
    [DataRow("SSL Mode=VerifyCA;Root Certificate={server}", true)]
    [DataRow("SSL Mode=VerifyFull;Root Certificate={server}", true)]
    public async Task The_connection_is_as_safe_as_its_string_says(string mode, bool isEncrypted)
    {
        await using var database = Open(mode);
        await using var command = database.CreateCommand("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
        ((bool)(await command.ExecuteScalarAsync())!).ShouldBe(isEncrypted);
    }

    [TestMethod]
    [DataRow("SSL Mode=VerifyFull;Root Certificate={other}")]
    [DataRow("SSL Mode=VerifyCA;Root Certificate={other}")]
    [DataRow("SSL Mode=VerifyFull", DisplayName = "without a root certificate, so by those of the system")]
    [DataRow("SSL Mode=VerifyFull;Root Certificate={server};Host=localhost", DisplayName = "for a name that the certificate is not for")]
    public async Task A_certificate_that_does_not_do_is_refused_and_says_so(string mode)
    {
        var trouble = await TryAsync(mode);
        trouble.ShouldNotBeNull();
        trouble.ShouldContain("certificate");
        trouble.ShouldContain("Root Certificate=");
    }

    [TestMethod]
    public async Task A_server_without_TLS_is_refused_where_it_is_required()
    {
        await using var plain = NpgsqlDataSource.Create($"{Database.ConnectionString};SSL Mode=Require");
        (await TryAsync(plain)).ShouldNotBeNull().ShouldContain("SSL");
    }

    static NpgsqlDataSource Open(string mode) =>
        NpgsqlDataSource.Create($"{s_server.ConnectionString};{mode.Replace("{server}", s_folder["server.crt"]).Replace("{other}", s_folder["other.crt"])}");

    static async Task<string?> TryAsync(string mode)
    {
        await using var database = Open(mode);
        return await TryAsync(database);
    }

    /// <summary>What the user is told; null when it works.</summary>
    static async Task<string?> TryAsync(NpgsqlDataSource database)
    {
        try
        {
            await PostgresSchema.VersionAsync(database);
            return null;
        }
        catch (NpgsqlException e)
        {
            return WarmTrouble.Text(e);
        }
    }

    static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
