namespace EvoNas.Cli.Tests.Clustering;

/// <summary>A build without Akka.NET says of every wish for a cluster the one thing that matters, whatever else is
/// wrong with it, and ends with 2.</summary>
public class WithoutAkkaTests
{
    static readonly string[] Wishes =
    [
        "node",
        "node --role population,evaluator --journal cluster.db",
        "search --cluster 127.0.0.1:4053",
        "search --cluster 127.0.0.1:4053 --space nowhere.json",
        "status --cluster 127.0.0.1:4053",
        "top --cluster 127.0.0.1:4053",
        "pause night",
        "resume night --cluster 127.0.0.1:4053",
        "extend night --budget 10",
        "stop night",
        "drain gpu-1",
    ];

    [WithoutAkkaFact]
    public void ACommandOfAClusterSaysThatThereIsNone()
    {
        using var some = new Some();
        foreach (var wish in Wishes)
        {
            var (code, said, error) = some.Run(wish.Split(' '));

            Assert.Equal((wish, 2, ""), (wish, code, said));
            Assert.StartsWith(
                "error: This build has no cluster: the package feed that it was made with has no Akka.NET.\n",
                error
            );
        }
    }
}

/// <summary>Skipped where the cluster is there.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class WithoutAkkaFactAttribute : FactAttribute
{
    public WithoutAkkaFactAttribute() =>
        Skip = File.Exists(Path.Combine(AppContext.BaseDirectory, "EvoNas.Hosting.Cluster.dll"))
            ? "This build has Akka.NET."
            : null;
}
