using System.Net;
using System.Net.Sockets;
using Presets.Api;
using Presets.Grains;

namespace Presets.Silo;

/// <summary>
/// The port of this node's silo. Orleans puts the port into the silo's address before it listens, so it has to be known
/// by then; and Orleans shares a port that is taken (<c>SO_REUSEPORT</c>), so that of two nodes on one port each would
/// get some of the other's messages.
/// </summary>
internal sealed class SiloPort : IHostedService, IDisposable
{
    private readonly TcpListener listener;

    // Never listens. It shares the port with the silo, and keeps the system from giving it to an outgoing connection
    // before the silo listens.
    private readonly Socket holder;

    /// <summary>Takes the port.</summary>
    /// <param name="address">What the silo will listen on.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <exception cref="SettingsException">The port cannot be listened on: somebody else does, as a rule.</exception>
    public SiloPort(IPAddress address, int port)
    {
        listener = new TcpListener(address, port);
        holder = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Start();
            Number = ((IPEndPoint)listener.LocalEndpoint).Port;
            Share(listener.Server);
            Share(holder);
            holder.Bind(listener.LocalEndpoint);
        }
        catch (SocketException e)
        {
            const string Name = nameof(ClusterNodeOptions.SiloPort);
            const string Section = ClusterNodeOptions.Section;
            throw new SettingsException(
                [$"{Section}:{Name} ({Section}__{Name}) is {port}, where this node cannot listen: {e.Message}"]);
        }
    }

    /// <summary>The port.</summary>
    public int Number { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Dispose();
        holder.Dispose();
    }

    private static void Share(Socket socket) =>
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
}
