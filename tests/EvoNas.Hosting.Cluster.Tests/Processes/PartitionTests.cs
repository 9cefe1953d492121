using EvoNas.Rehearsal;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Machines that do not hear each other for a while.</summary>
[Collection(nameof(RealNodes))]
public class PartitionTests
{
    [NamespacesFact]
    public async Task AnEvaluatorThatIsCutOffComesBackWithoutLoss()
    {
        using var machines = new Namespaces(2);
        await using var cluster = Over(machines, null, name => name == "two" ? 2 : 1);
        var one = await cluster.Start("one");
        var two = await cluster.Start("two", slots: 1);
        await cluster.Start("three", slots: 1);
        await cluster.Begin("one");
        await cluster.Ends(2, on: "two");

        // For a moment: probably no node is removed.
        machines.Cut(1, 2);
        await one.Said($"{cluster.At("two")} is unreachable");
        machines.Heal(1, 2);
        await cluster.Ends(2, on: "two");

        // For long: it is given up, and joins again when it can.
        var before = two.Count;
        var said = one.Count;
        machines.Cut(1, 2);
        await one.Said($"{cluster.At("two")} is removed", said);
        await cluster.Ends(2, on: "three");
        await two.Said("it joins again", before);
        machines.Heal(1, 2);
        await cluster.Ends(2, on: "two");

        await cluster.Finish("one");
    }

    // The coordinator that runs the searches still reaches the journal, but no other node: two could write it. Asked to
    // stop at that moment, it hands over to nobody.
    [NamespacesAndPostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ACoordinatorThatIsCutOffWritesNothingMoreAndAnotherTakesOver(bool isStopped)
    {
        using var machines = new Namespaces(2);
        using var server = new PostgresServer();
        using var cable = new Cable(server.Port);
        await using var cluster = Over(
            machines,
            server.ConnectionString(),
            name => name == "one" ? 1 : 2,
            server.ConnectionString(host: machines.AddressOf(0), port: cable.Port)
        );
        var one = await cluster.Start("one");
        var others = new[] { await cluster.Start("two"), await cluster.Start("three") };
        await cluster.Start("four", slots: 2);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("four");
        await cluster.Ends(5);

        var said = others.Select(node => node.Count).ToArray();
        machines.Cut(1, 2);
        var stopped = isStopped ? one.Terminate() : Task.FromResult(0);
        await Task.WhenAny(others.Select((node, i) => node.Said("this node runs the searches", said[i])));
        await cluster.Ends(5);
        Assert.Equal(0, await stopped);
        machines.Heal(1, 2);
        if (isStopped)
            await cluster.Start("one");
        else
            await one.Said("it joins again");
        await cluster.Ends(5);

        await cluster.Finish("four");
    }

    static RealCluster Over(Namespaces machines, string? server, Func<string, int> machineOf, string? seen = null) =>
        new(server, lookUp: "100ms")
        {
            Coordinators = server is null ? ["one"] : ["one", "two", "three"],
            HostOf = name => machines.AddressOf(name == "client" ? 0 : machineOf(name)),
            Around = name => machines.On(machineOf(name)),
            CertificateOf = PrivateAuthority.Trusted.For,
            ServerOf = _ => seen,
        };
}

/// <summary>A test that cuts wires to a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NamespacesAndPostgresTheoryAttribute : TheoryAttribute
{
    public NamespacesAndPostgresTheoryAttribute() => Skip = PostgresServer.Missing ?? Namespaces.Lack.Value;
}
