// A way to a target's diagnostics port. Two stand: its own listening socket, and the one that it dials itself when it
// was started under us. Each connection carries one command.
using System.Net.Sockets;

namespace Scope.Attach.Port;

/// <summary>Makes connections to one target.</summary>
public interface IPortConnector
{
    /// <summary>The target's pid as we see it.</summary>
    int Pid { get; }

    /// <summary>A fresh connection, good for one command; the caller disposes it.</summary>
    Task<Attempt<Socket>> ConnectAsync(CancellationToken cancel);
}
