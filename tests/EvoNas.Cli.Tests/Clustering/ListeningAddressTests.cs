using System.Net;
using System.Net.Sockets;
using EvoNas.Cli.Clustering;

namespace EvoNas.Cli.Tests.Clustering;

public class ListeningAddressTests
{
    [Fact]
    public void APortThatIsInUseIsRefusedByNodesInOneLine()
    {
        using var some = new Some();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, said, error) = some.Run("node", "--name", "one", "--port", $"{port}");

        Assert.Equal((2, ""), (code, said));
        Assert.Equal(
            $"error: Port {port} of 127.0.0.1 is in use.\n"
                + "hint: End what listens there (another node?), or choose another with --port.\n",
            error
        );
        Assert.False(Directory.Exists(Path.Combine(some.Home, "nodes")), "A node that cannot start leaves no folder.");
    }

    [Theory]
    [InlineData("192.0.2.1", "is no address of this machine")]
    [InlineData("no-such-host.invalid", "cannot listen at no-such-host.invalid")]
    public void AnAddressOfAnotherMachineIsRefused(string host, string refusal) =>
        Assert.Contains(refusal, Assert.Throws<RequestException>(() => ListeningAddress.Reserve(host, 4053)).Message);

    [Fact]
    public void TheSystemChoosesAPortThatIsFree() => Assert.InRange(ListeningAddress.Reserve("127.0.0.1", 0), 1, 65535);

    [Fact]
    public void ANameThatIsNoneIsRefusedBeforeAnythingIsWritten()
    {
        using var some = new Some();

        var (code, _, error) = some.Run("node", "--name", "../../pwned", "--port", "0");

        Assert.Equal(2, code);
        Assert.Contains("'../../pwned' is no name of a node.", error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "nodes")));
    }
}
