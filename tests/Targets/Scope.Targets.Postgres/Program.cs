// A private Postgres for shell scripts: starts one, prints its connection string as the only line of standard output, and
// runs until its standard input ends, it is interrupted, or it is killed. In a script:
//   mkfifo gate; Scope.Targets.Postgres < gate > connection & exec 3> gate     (closing 3, or ending, stops it)
using System.Runtime.InteropServices;
using Scope.Testing;

try
{
    await using var server = await PostgresServer.StartAsync(durable: args.Contains("--durable"));
    Console.WriteLine(server.ConnectionString);
    Console.Out.Flush();
    var stop = new TaskCompletionSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => { signal.Cancel = true; stop.TrySetResult(); });
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => { signal.Cancel = true; stop.TrySetResult(); });
    await Task.WhenAny(stop.Task, Task.Run(Console.In.ReadToEnd));
    return 0;
}
catch (InvalidOperationException failed)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}
