// A private Postgres never outlives who started it, however that one ends.
using Scope.Testing;

namespace Scope.Targets.Tests;

[TestClass]
public sealed class PostgresServerTests
{
    [TestMethod]
    public async Task It_serves_and_leaves_nothing_behind()
    {
        string folder;
        int server;
        await using (var postgres = await PostgresServer.StartAsync())
        {
            (folder, server) = (postgres.Folder, postgres.ServerId);
            await using var source = Npgsql.NpgsqlDataSource.Create(postgres.ConnectionString);
            await using var command = source.CreateCommand("select 42");
            (await command.ExecuteScalarAsync()).ShouldBe(42);
        }
        Directory.Exists(folder).ShouldBeFalse();
        Directory.Exists($"/proc/{server}").ShouldBeFalse();
    }

    [TestMethod]
    public async Task Killing_its_owner_ends_it_too()
    {
        await using var owner = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Postgres"), []);
        string connection = await owner.LineAsync("Host=");
        owner.Kill();
        int port = int.Parse(connection.Split("Port=")[1].Split(';')[0]);
        await Deadline.UntilAsync("the server's port to close", () => !Listens(port));
    }

    static bool Listens(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
