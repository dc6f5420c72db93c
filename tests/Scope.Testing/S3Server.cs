// A real server that speaks S3, for tests: s3rver of npm, on a free port of the loopback, with one bucket. It reads a pipe
// from us and ends with us, in whichever way.
namespace Scope.Testing;

/// <summary>A running S3 server, stopped on dispose; what it holds stays in its folder.</summary>
public sealed class S3Server : IAsyncDisposable
{
    /// <summary>The bucket that there is.</summary>
    public const string Bucket = "scope";

    /// <summary>The access key and the secret key that it takes.</summary>
    public const string Key = "S3RVER";

    const string Script = """
        const [module, directory, bucket] = process.argv.slice(1);
        const S3rver = require(module);
        process.stdin.on('end', () => process.exit(0)).resume();
        new S3rver({ directory, address: '127.0.0.1', port: 0, silent: true, configureBuckets: [{ name: bucket }] }).run().then(({ port }) => console.log('ready ' + port));
        """;

    readonly ChildProcess _node;

    S3Server(ChildProcess node, string ready)
    {
        _node = node;
        Endpoint = "http://127.0.0.1:" + ready.Split(' ')[1];
    }

    /// <summary>Starts a server.</summary>
    /// <param name="folder">Where it keeps objects, those of a server before it included.</param>
    public static async Task<S3Server> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var node = ChildProcess.Start("node", ["-e", Script, NpmPackage.Folder("s3rver", "3.7.1"), folder, Bucket]);
        return new(node, await node.LineAsync("ready "));
    }

    /// <summary>Its address.</summary>
    public string Endpoint { get; }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public void Kill() => _node.Kill();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
