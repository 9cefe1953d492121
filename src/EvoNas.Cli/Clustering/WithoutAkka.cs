using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Configuration;
using EvoNas.Cli.Running;
using EvoNas.Cli.Searches;
using EvoNas.Evolution;

namespace EvoNas.Cli.Clustering;

/// <summary>What a build without Akka.NET says to every wish for a cluster. Its twin is Akka/ClusterWork.cs; the build
/// takes one of them.</summary>
static class ClusterWork
{
    /// <summary>Before anything else is asked of a request.</summary>
    public static void MustBeThere() => throw Missing;

    public static Task<int> Node(Terminal terminal, EffectiveSettings effective, Home home, string? config) =>
        throw Missing;

    public static Task<int> Search(
        Terminal terminal,
        ClusterContact contact,
        SearchRequest request,
        string name,
        bool json
    ) => throw Missing;

    public static Task<int> Steer(
        Terminal terminal,
        ClusterContact contact,
        Steering steering,
        string name,
        Budget? budget
    ) => throw Missing;

    public static Task<int> Status(Terminal terminal, ClusterContact contact, string? name, bool json) => throw Missing;

    public static Task<int> Top(Terminal terminal, ClusterContact contact, string? name, bool once) => throw Missing;

    static RequestException Missing =>
        new(
            "This build has no cluster: the package feed that it was made with has no Akka.NET.",
            "Where the feed has it, ./evonas finds it by itself; see docs/cluster.md. On one machine: evonas search."
        );
}
