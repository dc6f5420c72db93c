// A private Postgres for tests, the demo and benchmarks: its own cluster in a temporary folder, on a free port of the
// loopback, with a password made for it. A shell stands between us and the server and reads a pipe from us: when we end,
// in whichever way, the pipe closes, and the shell stops the server and deletes the folder.
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Scope.Testing;

/// <summary>A running private Postgres cluster, stopped and deleted on dispose.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const int Attempts = 3; // Another program may take the free port between our look and the server's bind.

    // Arguments: folder of the programs, port, password, fsync on or off. Postgres refuses to run as root, so the caller
    // starts this shell as the user postgres where it is root itself. Signals from the terminal are left to the pipe.
    const string Script = """
        trap '' INT TERM HUP
        umask 077
        folder=$(mktemp -d /tmp/scope-postgres-XXXXXX) || exit 1
        printf '%s' "$3" > "$folder/password"
        "$1/initdb" -D "$folder/data" -U scope -E UTF8 --locale=C --auth=scram-sha-256 --pwfile="$folder/password" --no-sync > "$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; rm -rf "$folder"; exit 1; }
        "$1/postgres" -D "$folder/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" -c fsync="$4" -c synchronous_commit="$4" -c full_page_writes="$4" -c max_connections=200 -c shared_buffers=64MB -c log_min_messages=error > "$folder/server.log" 2>&1 < /dev/null &
        server=$!
        for i in $(seq 600); do
          "$1/pg_isready" -q -h 127.0.0.1 -p "$2" && break
          kill -0 $server 2>/dev/null || { cat "$folder/server.log" >&2; rm -rf "$folder"; exit 1; }
          sleep 0.05
        done
        echo "ready $server $folder"
        while read -r line; do :; done
        kill -QUIT $server 2>/dev/null
        wait $server 2>/dev/null
        rm -rf "$folder"
        """;

    readonly ChildProcess _shell;
    readonly bool _durable;
    ChildProcess? _again;

    PostgresServer(ChildProcess shell, int port, string password, string ready, bool durable)
    {
        (_shell, _durable) = (shell, durable);
        Port = port;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=scope;Password={password};Database=postgres";
        string[] words = ready.Split(' ', 3);
        ServerId = int.Parse(words[1]);
        Folder = words[2];
    }

    /// <summary>Starts a cluster.</summary>
    /// <param name="durable">Whether commits reach the disk; off is faster and right where durability is not the subject.</param>
    /// <exception cref="InvalidOperationException">Postgres is not installed or does not start; the message says what to do.</exception>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        string programs = FindPrograms() ?? throw new InvalidOperationException("Postgres is not installed: apt-get install postgresql (its initdb was looked for in PATH and /usr/lib/postgresql/*/bin)");
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
            var shell = StartShell(programs, port, password, durable);
            try
            {
                return new PostgresServer(shell, port, password, await shell.LineAsync("ready "), durable);
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await shell.DisposeAsync();
            }
        }
    }

    /// <summary>Where its programs are, or null where Postgres is not installed.</summary>
    public static string? FindPrograms()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var newestFirst = versions.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0).Select(folder => Path.Combine(folder, "bin"));
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return newestFirst.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_isready")));
    }

    /// <summary>Connects by Npgsql.</summary>
    public string ConnectionString { get; }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The server's process id, for tests that kill it.</summary>
    public int ServerId { get; }

    /// <summary>Stops the server as its service does: who is connected is told and cut off.</summary>
    public void Stop() => End(interrupt: true);

    /// <summary>Kills the server as the kernel does when memory is short; its helpers see that and end.</summary>
    public void Kill() => End(interrupt: false);

    void End(bool interrupt)
    {
        const int fastShutdown = 2, kill = 9;
        ChildProcess.Signal(_again?.Id ?? ServerId, interrupt ? fastShutdown : kill);
        Deadline.Until("the killed server's processes to end", () => !WorkInData());
        // The shell has not asked after the dead one yet, which therefore still has its id.
        foreach (var held in (string[])[Path.Combine(Folder, "data", "postmaster.pid"), Path.Combine(Folder, $".s.PGSQL.{Port}.lock")]) File.Delete(held);
    }

    bool WorkInData() => Directory.GetDirectories("/proc").Any(process =>
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget == Path.Combine(Folder, "data");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Another user's, or gone.
        }
    });

    /// <summary>Starts a server that was stopped or killed again, on its data and its port, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        if (_again is not null) await _again.DisposeAsync();
        var safe = _durable ? "on" : "off";
        _again = AsPostgres([Path.Combine(FindPrograms()!, "postgres"), "-D", Path.Combine(Folder, "data"), "-p", Port.ToString(), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={Folder}",
            "-c", $"fsync={safe}", "-c", $"synchronous_commit={safe}", "-c", $"full_page_writes={safe}", "-c", "max_connections=200", "-c", "log_min_messages=fatal"]);
        await Deadline.UntilAsync("the server to answer again", async () => (await ChildProcess.RunAsync(Path.Combine(FindPrograms()!, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", Port.ToString()])).ExitCode == 0);
    }

    /// <summary>The cluster's folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_again is { } again)
        {
            if (again.Running) Kill();
            await again.DisposeAsync();
        }
        _shell.CloseInput();
        await _shell.EndAsync();
        await _shell.DisposeAsync();
    }

    static ChildProcess StartShell(string programs, int port, string password, bool durable)
    {
        string[] shell = ["/bin/sh", "-c", Script, "scope-postgres", programs, port.ToString(), password, durable ? "on" : "off"];
        return AsPostgres(shell);
    }

    static ChildProcess AsPostgres(string[] program)
    {
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--inh-caps=-all", .. program]
            : program;
        return ChildProcess.Start(command[0], command[1..], workingFolder: "/");
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
