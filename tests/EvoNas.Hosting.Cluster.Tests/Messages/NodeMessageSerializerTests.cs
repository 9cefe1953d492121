using Akka.Actor;
using Akka.Serialization;
using EvoNas.Actors;
using EvoNas.Actors.Monitors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using Answer = EvoNas.Hosting.Messages.Answer;

namespace EvoNas.Hosting.Cluster.Tests.Messages;

public sealed class NodeMessageSerializerTests : IDisposable
{
    readonly ActorSystem _system = ActorSystem.Create(
        "letters",
        EvoNas.Hosting.Nodes.AkkaConfiguration.OfClient("127.0.0.1", null, "")
    );

    static readonly Genotype Genotype = new([Gene.Of(3), Gene.Real(0.25), Gene.Of(0)]);

    static readonly Individual Parent = new(new(4), new BirthNumber(2), Genotype, new(0.75, Feasible: false));

    public static TheoryData<string, INodeMessage> Messages()
    {
        var data = new TheoryData<string, INodeMessage>();
        foreach (
            var message in (Message[])
                [
                    new Message.Ready(),
                    new Message.Ready(new BirthNumber(7), 2),
                    new Message.Departing("it drains"),
                    new Message.Declined(new(7), "there is no table"),
                    new Message.Evaluated(
                        new(7),
                        2,
                        new Outcome.Trained(Metrics.Of((Metrics.Top1, 0.9), ("latencyMs", 1.5)), [0.1, 0.9], 2),
                        12.5,
                        Leaving: true
                    ),
                    new Message.Evaluated(new(7), 1, new Outcome.Trained(default), 0),
                    new Message.Evaluated(new(7), 1, new Outcome.Failed(RuledOutReason.Diverged, "NaN at step 2"), 1),
                    new Message.Evaluated(new(7), 1, new Outcome.OutOfMemory("1 GiB"), 1),
                    new Message.Evaluated(new(7), 1, new Outcome.Lost(LossCause.Signal, "signal 11"), 1),
                ]
        )
            data.Add(message.ToString(), new RoutedMessage.FromSlot("night", new("gpu-1"), message));
        foreach (
            var message in (Message[])
                [
                    new Message.Evaluate(new(new(7), 1, Genotype, [0.2, 0.4], 2)),
                    new Message.Recorded(new(7)),
                    new Message.Released(new(7)),
                ]
        )
            data.Add(message.ToString(), new RoutedMessage.ToSlot("night", SmallCluster.Order(10), message));
        data.Add("mutate", new RoutedMessage.ToMutator(SmallCluster.Order(10), new(ulong.MaxValue, new(9), 3, Parent)));
        data.Add("mutate at random", new RoutedMessage.ToMutator(SmallCluster.Order(10), new(1, new(9), 3, null)));
        data.Add(
            "mutated",
            new RoutedMessage.FromMutator(
                new Message.Mutated(
                    new(9),
                    [new(3, new(4), Genotype, new("depth", "3", "4")), new(4, null, Genotype, null)]
                )
            )
        );
        data.Add(
            "work under a fingerprint",
            new RoutedMessage.ToSlot("night", null, new Message.Evaluate(new(new(7), 1, Genotype, [0.2], 2)), 2, "ab12")
        );
        data.Add("mutate under a fingerprint", new RoutedMessage.ToMutator(null, new(1, new(9), 3, null), "ab12"));
        data.Add("needs an order", new RoutedMessage.NeedsOrder(new Message.Mutate(ulong.MaxValue, new(9), 3, Parent)));
        data.Add("samples", new Request.Samples("night", 7));
        data.Add("samples of a node", new RoutedMessage.AskSamples("night", 7));
        data.Add("no samples", new SamplesAnswer(null, 2_000_000));
        data.Add("pause", new Request.Pause("night", "ann@laptop"));
        data.Add(
            "mutate at a step of a walk",
            new RoutedMessage.ToMutator(SmallCluster.Order(10), new(1, new(9), 3000, Parent, Genotype))
        );
        data.Add(
            "drawn in vain",
            new RoutedMessage.FromMutator(
                new Message.DrawnInVain(new(9), 3, 35, Genotype, Metrics.Of((Metrics.MultiplyAdds, 5e6)))
            )
        );
        data.Add(
            "drawn in vain, without limits",
            new RoutedMessage.FromMutator(new Message.DrawnInVain(new(9), 3, 35, null, default))
        );
        data.Add("barren", new RoutedMessage.FromMutator(new Message.Barren(new(9), 3, HasAllPoints: true)));
        data.Add("cannot breed", new RoutedMessage.CannotBreed("there is no table"));
        data.Add("report", new Request.Report());
        data.Add("actors", new Request.Actors("/user/slot-1") { WithPayloads = true });
        data.Add("actors of a node", new RoutedMessage.AskActors(null));
        data.Add("run", new Request.Run(SmallCluster.Order(10)));
        data.Add("extend", new Request.Extend("night", new(100, 1.5, null)));
        data.Add("refused", new Answer("no", "yes"));
        data.Add("later", new Answer("no", "yes", MayPass: true));
        return data;
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void AMessageArrivesAsItWasSent(string what, INodeMessage received) =>
        Assert.Equal((what, received), (what, Back(received)));

    [Fact]
    public void AReportArrivesAsItWasSent()
    {
        var slot = new SlotLine("gpu-1", "training", "night", 7, 1, "epoch 1/2");
        var report = (ClusterReport)Back(
            new ClusterReport(
                [new("gpu", "akka.tcp://evonas@127.0.0.1:4053", "up", "evaluator", [slot], [new("oom", 2)])],
                [new("night", "running", "regnet-x", 5, 2, 1, null, 0.9, "1,2", 1, null)]
            )
        );

        Assert.Equal(slot, Assert.Single(Assert.Single(report.Nodes).Slots));
        Assert.Equal(new LossCount("oom", 2), Assert.Single(Assert.Single(report.Nodes).Losses));
        Assert.Equal(0.9, Assert.Single(report.Searches).Best);
    }

    // A message without fields that gets one can no longer be read from an earlier version.
    [Theory]
    [InlineData("+z0AAABFdm9OYXMuSG9zdGluZy5NZXNzYWdlcy5Sb3V0ZWRNZXNzYWdlK0Fza05vZGUsIEV2b05hcy5Ib3N0aW5nAA==")]
    [InlineData("+zYAAABFdm9OYXMuSG9zdGluZy5NZXNzYWdlcy5SZXF1ZXN0K1JlcG9ydCwgRXZvTmFzLkhvc3RpbmcA")]
    public void WhatAnEarlierVersionAsksIsStillRead(string bytes)
    {
        var serializer = _system.Serialization.FindSerializerFor(new Request.Report());

        var asked = serializer.FromBinary(Convert.FromBase64String(bytes), typeof(object));

        Assert.True(asked is Request.Report or RoutedMessage.AskNode, $"{asked}");
    }

    [Fact]
    public void WhatActorsDoArrivesAsItWasSent()
    {
        var times = new ActorTimes(0.1, 0.2, 0.3, 0.4);
        var slot = new ActorLine(
            "/user/slot-1",
            "slot",
            null,
            1,
            2,
            3,
            4,
            5,
            times,
            "Evaluate",
            1.5,
            null,
            null,
            "it is",
            [new("Ready", null, 0.1, "IOException", 7)]
        );
        var sent = new NodeActors(
            "gpu-1",
            "akka.tcp://evonas@127.0.0.1:4053",
            "up",
            null,
            null,
            [slot],
            1,
            [new("slot", 1, 2, 3, 4, 5, 6, times, 1)],
            [new("dead", "Ready", "/user/gone", null, 3)],
            [new("dead", 9)]
        );
        var silent = NodeActors.Without("?", "akka.tcp://evonas@127.0.0.1:4054", "up", 12.5, null);

        var received = (ActorsAnswer)Back(new ActorsAnswer([sent, silent]));

        Assert.Equivalent(sent, received.ByNode[0], strict: true);
        Assert.Equivalent(silent, received.ByNode[1], strict: true);
    }

    [Fact]
    public void WhatIsNoNodeMessageIsNotWritten()
    {
        var serializer = _system.Serialization.FindSerializerFor(new Request.Report());

        Assert.IsType<NodeMessageSerializer>(serializer);
        Assert.Throws<ArgumentException>(() => serializer.ToBinary(new Uri("http://localhost")));
    }

    [Fact]
    public void ATypeThatIsNotOnTheListIsNotRead()
    {
        // What an attacker would send: written without a list, read with it.
        using var bytes = new MemoryStream();
        new Hyperion.Serializer().Serialize(new Version(1, 2), bytes);
        var serializer = _system.Serialization.FindSerializerFor(new Request.Report());

        Assert.ThrowsAny<Exception>(() => serializer.FromBinary(bytes.ToArray(), typeof(object)));
    }

    [Fact]
    public void TypesWithoutASerializerAreRefusedInBothDirections()
    {
        // From some version on Akka.NET itself names no serializer for such a type; until then it names ours.
        Assert.Throws<System.Runtime.Serialization.SerializationException>(() =>
            _system.Serialization.FindSerializerFor(new Version(1, 2)).ToBinary(new Version(1, 2))
        );
        Assert.Throws<System.Runtime.Serialization.SerializationException>(() =>
            _system.Serialization.Deserialize("{\"$type\":\"System.Version\"}"u8.ToArray(), 1, typeof(object))
        );
    }

    INodeMessage Back(INodeMessage received)
    {
        var serializer = _system.Serialization.FindSerializerFor(received);
        return (INodeMessage)serializer.FromBinary(serializer.ToBinary(received), typeof(object));
    }

    public void Dispose()
    {
        _system.Terminate().Wait();
        _system.Dispose();
    }
}
