using System.Net.Security;
using System.Net.Sockets;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Connections between nodes: encrypted, mutually authenticated, slow, breaking.</summary>
[Collection(nameof(RealNodes))]
public class TransportTests
{
    [Fact]
    public async Task NodesWithCertificatesOfOneAuthorityWorkTogetherAndStrangersAreNotAnswered()
    {
        await using var cluster = new RealCluster { CertificateOf = PrivateAuthority.Trusted.For };
        await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        await cluster.Begin("one");
        await cluster.Ends(3);
        using var strangers = new PrivateAuthority();

        // Without TLS, and with a certificate of another authority.
        await using (var plain = ClusterClient.Open(cluster.At("one")))
            await Assert.ThrowsAsync<SearchStoppedException>(plain.Report);
        using var stranger = NodeProcess.Start(
            "stranger",
            [],
            ["status", "--cluster", cluster.At("one"), "--certificate", strangers.For("client").Path],
            strangers.Trust.Append(KeyValuePair.Create("EVONAS_CERTIFICATE_PASSWORD", strangers.For("client").Password))
        );
        Assert.Equal(1, await stranger.Ended());
        await stranger.Said("No node answers");

        await cluster.Finish("one");
    }

    [Fact]
    public async Task AClientWithoutACertificateIsRefused()
    {
        await using var cluster = new RealCluster { CertificateOf = PrivateAuthority.Trusted.For };
        await cluster.Start("one");
        using var client = new TcpClient("127.0.0.1", cluster.PortOf("one"));
        await using var secure = new SslStream(client.GetStream(), false, (_, _, _, _) => true);

        // With TLS 1.3 the refusal comes after the client believes that all is well.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await secure.AuthenticateAsClientAsync("evonas");
            if (await secure.ReadAsync(new byte[1]) == 0)
                throw new IOException("It was closed.");
        });
    }

    // Goal: a slow connection that breaks costs time and nothing else. Method: each node is reached through a proxy
    // that delays every piece by a random time, and sometimes breaks the connection and loses what was under way.
    [Fact]
    public async Task ASlowConnectionThatBreaksCostsNothingButTime()
    {
        var random = new Random(25);
        (TimeSpan, bool) Weather()
        {
            lock (random)
                return (TimeSpan.FromMilliseconds(random.Next(0, 30)), random.Next(600) == 0);
        }
        var behind = new[] { "one", "two", "three" }.ToDictionary(name => name, _ => RealCluster.FreePort());
        var cables = behind.ToDictionary(pair => pair.Key, pair => new Cable(pair.Value, Weather));
        await using var cluster = new RealCluster(lookUp: "50ms", pause: "15s")
        {
            SettingsOf = name => $"akka.remote.dot-netty.tcp.public-port = {cables[name].Port}",
        };
        foreach (var (name, cable) in cables)
            cluster.Reaches(name, cable.Port);
        await cluster.Start("one", port: behind["one"]);
        foreach (var name in (string[])["two", "three"])
            await cluster.Start(name, slots: 1, port: behind[name]);
        await cluster.Begin("one");

        while (cables.Values.Sum(cable => cable.Cuts) < 3)
            await cluster.Ends(5);
        await cluster.Ends(5, on: "two");
        await cluster.Ends(5, on: "three");

        await cluster.Finish("one");
        foreach (var cable in cables.Values)
            cable.Dispose();
    }
}
