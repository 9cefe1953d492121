using EvoNas.Cli.Clustering;

namespace EvoNas.Cli.Tests.Clustering;

public class AkkaOverridesTests
{
    [Theory]
    [InlineData("akka.clutser.foo = 1", ":1: Akka.NET has no setting akka.clutser; did you mean akka.cluster?")]
    [InlineData("akka = 5", ":1: akka is '5'; it takes an object.")]
    [InlineData(
        "# A line before.\nakka.cluster.failure-detector.acceptable-heartbeat-pause = \"10 parsecs\"",
        ":2: akka.cluster.failure-detector.acceptable-heartbeat-pause is '10 parsecs'; it takes a duration such as 5s."
    )]
    [InlineData(
        "akka { cluster { split-brain-resolver { stable-afer = 3s } } }",
        "did you mean akka.cluster.split-brain-resolver.stable-after?"
    )]
    public void AMistakeThatAkkaWouldTakeInSilenceIsRefusedWithItsLine(string text, string refusal) =>
        Assert.Contains(refusal, Assert.Throws<RequestException>(() => Read(text)).Message);

    [Theory]
    [InlineData("evonas.lease = 60s")]
    [InlineData("akka.cluster { down-removal-margin = off, split-brain-resolver.stable-after = 20s }")]
    [InlineData("akka.persistence.journal.sql.circuit-breaker { call-timeout = 5s, reset-timeout = 2s }")]
    [InlineData("akka.remote.dot-netty.tcp { public-hostname = \"gpu.example.org\", public-port = 4053 }")]
    [InlineData("akka.actor.serializers.mine = \"My.Serializer, My\"")]
    public void SettingsThatAkkaHasAreTaken(string text) => Assert.NotNull(Read(text));

    [Fact]
    public void AValueThatAkkaRefusesIsTheOperatorsMistakeAndNoDefect()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "nodes.conf");
        Directory.CreateDirectory(some.Home);
        File.WriteAllText(file, "akka.cluster.split-brain-resolver.active-strategy = keep-odlest");

        var (code, _, error) = some.Run(
            "node",
            "--config",
            file,
            "--name",
            "one",
            "--port",
            "0",
            "--journal",
            Path.Combine(some.Home, "c.db")
        );

        Assert.Equal(2, code);
        Assert.Contains("keep-odlest", error);
    }

    [Fact]
    public void TwoNodesOfOneNameDoNotShareAFolder()
    {
        using var some = new Some();
        var folder = Directory.CreateDirectory(Path.Combine(some.Home, "nodes", "one")).FullName;
        using var held = new FileStream(
            Path.Combine(folder, "lock"),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.None
        );

        var (code, _, error) = some.Run("node", "--name", "one", "--port", "0", "--journal", $"{some.Home}/c.db");

        Assert.Equal(2, code);
        Assert.StartsWith("error: A node 'one' runs on this machine already", error);
    }

    [Fact]
    public void AJournalThatCannotBeOpenedEndsTheNodeAtItsStart()
    {
        using var some = new Some();

        var (code, _, error) = some.Run("node", "--port", "0", "--journal", Path.Combine(some.Home, "no", "c.db"));

        Assert.Equal(2, code);
        Assert.Contains("does not exist", error);
    }

    static string Read(string text)
    {
        using var file = new TemporaryFile(text);
        return AkkaOverrides.Of(file.Path);
    }

    sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
