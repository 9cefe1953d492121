using System.Net.Security;
using System.Net.Sockets;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>The wire between nodes: encrypted, known to each other, slow, breaking.</summary>
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

        // Without TLS, and with a certificate of somebody else.
        await using (var plain = ClusterClient.Open(cluster.At("one")))
            await Assert.ThrowsAsync<SearchStoppedException>(plain.Report);
        using var stranger = NodeProcess.Start(
            "stranger",
            [],
            ["status", "--cluster", cluster.At("one"), "--certificate", strangers.For("guest").Path],
            strangers.Trust.Append(KeyValuePair.Create("EVONAS_CERTIFICATE_PASSWORD", strangers.For("guest").Password))
        );
        Assert.Equal(1, await stranger.Ended());
        await stranger.Said("No node answers");

        await cluster.Finish("one");
    }

    [MutualTlsFact]
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

    // The goal: a wire that is slow and breaks costs time and nothing else. The method: each node is reached through a
    // wire that holds every piece up for as long as the random numbers say, and now and then breaks, which loses what was under
    // way.
    [Fact]
    public async Task ASlowWireThatBreaksCostsNothingButTime()
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

/// <summary>A test of what Akka.NET does from 1.5.52 on; skipped, with the reason, on an older one.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class MutualTlsFactAttribute : FactAttribute
{
    static readonly Version First = new(1, 5, 52);

    public MutualTlsFactAttribute()
    {
        var version = typeof(Akka.Remote.RemoteActorRefProvider).Assembly.GetName().Version;
        Skip =
            version >= First
                ? null
                : $"Akka.NET {version} asks no client for a certificate; {First} is the first that does "
                    + $"(CVE-2025-61778).";
    }
}
