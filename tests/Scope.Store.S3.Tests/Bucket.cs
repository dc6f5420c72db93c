// One real S3 server for the whole run, started by the tests themselves.
using Scope.Testing;

namespace Scope.Store.S3.Tests;

[TestClass]
public static class Bucket
{
    static readonly TemporaryFolder s_folder = new("s3");
    static S3Server? s_server;
    static int s_prefixes;

    /// <summary>Where the server keeps its objects.</summary>
    public static string Folder => s_folder.Path;

    public static string Endpoint => s_server!.Endpoint;

    [AssemblyInitialize]
    public static async Task Start(TestContext _)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3Server.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3Server.Key);
        s_server = await S3Server.StartAsync(Folder);
    }

    [AssemblyCleanup]
    public static async Task Stop()
    {
        if (s_server is not null) await s_server.DisposeAsync();
        s_folder.Dispose();
    }

    /// <summary>An archive below a prefix that no other test has.</summary>
    public static S3Archive NewArchive(int partBytes = 16 << 20) => new($"s3://{S3Server.Bucket}/tests/{Interlocked.Increment(ref s_prefixes)}", Endpoint, partBytes);
}
