// What a runtime answers on its diagnostics port, damaged, over a real socket.
using System.Net.Sockets;
using Scope.Attach.Port;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

sealed class PortInput(MutationMaterial material) : IMutatedInput
{
    public string Name => "answers of a diagnostics port";

    public void Take(Random random)
    {
        using var peer = new Peer(Mutation.Of(material.Answer, random));
        var port = new DiagnosticPort(peer);
        var failure = (random.Next(2) == 0 ? port.InfoAsync().GetAwaiter().GetResult().Failure : port.EnvironmentAsync().GetAwaiter().GetResult().Failure);
        if (failure is { Message.Length: 0 }) throw new InvalidOperationException("it is refused and does not say why");
    }

    public void Dispose() { }

    /// <summary>The other end, which says the same to every command and hangs up.</summary>
    sealed class Peer(byte[] answer) : IPortConnector, IDisposable
    {
        readonly string _path = Path.Combine(Path.GetTempPath(), $"scope-damaged-{Guid.NewGuid():N}");

        public int Pid => Environment.ProcessId;

        public async Task<Attempt<Socket>> ConnectAsync(CancellationToken cancel)
        {
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(_path));
            listener.Listen();
            var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancel);
            using var server = await listener.AcceptAsync(cancel);
            File.Delete(_path);
            if (answer.Length > 0) await server.SendAsync(answer, cancel);
            server.Shutdown(SocketShutdown.Send);
            return client;
        }

        public void Dispose() => File.Delete(_path);
    }
}
