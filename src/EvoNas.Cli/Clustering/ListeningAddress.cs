using System.Net;
using System.Net.Sockets;

namespace EvoNas.Cli.Clustering;

/// <summary>The address at which a node is to listen.</summary>
static class ListeningAddress
{
    /// <summary>The port, or, for 0, one that is free now: it is part of the name of a node that has none.</summary>
    /// <exception cref="RequestException">The name has no address, the address is not this machine's, or the port is in
    /// use.</exception>
    public static int Reserve(string host, int port)
    {
        try
        {
            var address = IPAddress.TryParse(host, out var given) ? given : Dns.GetHostAddresses(host)[0];
            // Akka.NET would log and throw this in its own words; a moment later it binds the port itself.
            using var listener = new TcpListener(address, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException fault)
        {
            throw fault.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new RequestException(
                    $"Port {port} of {host} is in use.",
                    "End what listens there (another node?), or choose another with --port."
                ),
                SocketError.AccessDenied => new RequestException(
                    $"Port {port} of {host} may not be opened.",
                    "Choose one from 1024 on with --port."
                ),
                SocketError.AddressNotAvailable => new RequestException(
                    $"{host} is no address of this machine.",
                    "Give --host one of its own under which the other nodes reach it."
                ),
                _ => new RequestException(
                    $"A node cannot listen at {host}:{port}: {fault.Message}",
                    "Give --host a name or an address of this machine under which the other nodes reach it."
                ),
            };
        }
    }
}
