using Akka.Actor;
using EvoNas.Hosting.Actors;

namespace EvoNas.Hosting.Nodes;

/// <summary>Speaks to a cluster without being a member of it.</summary>
public static class ClusterClient
{
    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="contact">Any node, as host:port.</param>
    /// <param name="host">The address of this machine that the node can answer to.</param>
    /// <param name="certificate">The certificate with which this client shows that it may ask; null without
    /// TLS.</param>
    /// <exception cref="RequestException">The certificate cannot be used.</exception>
    public static SearchClient Open(string contact, string host = "127.0.0.1", NodeCertificate? certificate = null) =>
        Open(contact, host, certificate, TimeSpan.FromSeconds(15));

    /// <param name="patience">How long an answer is waited for.</param>
    internal static SearchClient Open(string contact, string host, NodeCertificate? certificate, TimeSpan patience)
    {
        var system = ActorSystem.Create("evonas-client", AkkaConfiguration.OfClient(host, certificate?.Checked(), ""));
        var transport = certificate is null ? "tcp" : "ssl.tcp";
        var gateway = system.ActorSelection(
            $"akka.{transport}://{AkkaConfiguration.System}@{contact}/user/{GatewayActor.Name}"
        );
        return new RemoteClient(system, gateway, contact, patience);
    }

    sealed class RemoteClient(ActorSystem system, ICanTell gateway, string contact, TimeSpan patience)
        : GatewayClient(system, gateway, contact, patience)
    {
        public override async ValueTask DisposeAsync()
        {
            await System.Terminate().ConfigureAwait(false);
            System.Dispose();
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
