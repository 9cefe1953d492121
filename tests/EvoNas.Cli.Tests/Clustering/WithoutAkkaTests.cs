namespace EvoNas.Cli.Tests.Clustering;

/// <summary>A build without Akka.NET says of every wish for a cluster the one thing that matters, whatever else is wrong with it, and ends with 2.</summary>
public class WithoutAkkaTests
{
    [WithoutAkkaTheory]
    [InlineData("node")]
    [InlineData("node --role population,evaluator --journal cluster.db")]
    [InlineData("search --cluster 127.0.0.1:4053")]
    [InlineData("search --cluster 127.0.0.1:4053 --space nowhere.json")]
    [InlineData("status --cluster 127.0.0.1:4053")]
    [InlineData("top --cluster 127.0.0.1:4053")]
    [InlineData("pause night")]
    [InlineData("resume night --cluster 127.0.0.1:4053")]
    [InlineData("extend night --budget 10")]
    [InlineData("stop night")]
    [InlineData("drain gpu-1")]
    public void ACommandOfAClusterSaysThatThereIsNone(string command)
    {
        using var some = new Some();
        var (code, said, error) = some.Run(command.Split(' '));

        Assert.Equal((2, ""), (code, said));
        Assert.StartsWith("error: This build has no cluster: the package feed that it was made with has no Akka.NET.\n", error);
    }
}

/// <summary>Skipped where the cluster is there.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class WithoutAkkaTheoryAttribute : TheoryAttribute
{
    public WithoutAkkaTheoryAttribute() => Skip = File.Exists(Path.Combine(AppContext.BaseDirectory, "EvoNas.Hosting.Cluster.dll")) ? "This build has Akka.NET." : null;
}
