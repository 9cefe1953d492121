using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using Google.Protobuf.WellKnownTypes;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>A stranger on the wire, with Akka.NET as it is by default, tries to have a node make objects of its choice.
/// The types are known to both sides: they are in this process.</summary>
public class HostileTests
{
    static readonly ConcurrentDictionary<string, bool> Made = new();
    static readonly AsyncSignal News = new();

    /// <summary>Remembers that it was made, by the name that it was made with.</summary>
    sealed class Planted : ReceiveActor
    {
        public Planted(string name) => Remember(name);
    }

    /// <summary>A message that remembers that it was read.</summary>
    sealed class Loaded
    {
        string _name = "";

        public string Name
        {
            get => _name;
            set
            {
                _name = value;
                if (Environment.StackTrace.Contains("Deserialize", StringComparison.Ordinal))
                    Remember(value);
            }
        }
    }

    /// <summary>Has the constructor by which Akka.NET makes exceptions that come from elsewhere.</summary>
#pragma warning disable SYSLIB0051 // Just that is tried.
    sealed class Charged : Exception
    {
        public Charged(string name)
            : base(name) { }

        public Charged(SerializationInfo from, StreamingContext context)
            : base(from, context) => Remember(Message);
    }
#pragma warning restore SYSLIB0051

    const string Plain = """
        akka {
          actor.provider = remote, loglevel = OFF, stdout-loglevel = OFF
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """;

    static ActorSystem Stranger(string victim, string more = "") =>
        ActorSystem.Create(
            "stranger",
            $$"""{{Plain}}{{"\n"}}akka.actor.deployment { /planted { remote = "{{victim}}" } }{{"\n"}}{{more}}"""
        );

    [Fact]
    public async Task ANodeByDefaultWouldStartWhatAStrangerDeploys()
    {
        using var victim = ActorSystem.Create("evonas", Plain);
        using var stranger = Stranger(((ExtendedActorSystem)victim).Provider.DefaultAddress.ToString());

        stranger.ActorOf(Props.Create(() => new Planted("by default")), "planted");

        await Eventually(() => Made.ContainsKey("by default"));
    }

    [Fact]
    public async Task NoNodeStartsWhatAStrangerDeploys()
    {
        // Akka.NET writes to the one log of the process.
        var (before, log) = (Log.Logger, new RememberedLog());
        Log.Logger = new LoggerConfiguration().WriteTo.Sink(log).CreateLogger();
        using var refusals = new Refusals();
        await using var cluster = new SmallCluster();
        var node = cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        using var stranger = Stranger($"akka.tcp://evonas@{node.Endpoint}");

        stranger.ActorOf(Props.Create(() => new Planted("deployed")), "planted");

        await Eventually(() => refusals.Count("deployment") > 0);
        Assert.False(Made.ContainsKey("deployed"));
        await Eventually(() =>
            log.Lines.Any(line =>
                line.Contains(
                    "refused: a node does not start actors for another (remote deployment)",
                    StringComparison.Ordinal
                )
            )
        );
        Log.Logger = before;
        await StillWorks(cluster);
    }

    [Fact]
    public async Task NoNodeMakesWhatAStrangerNames()
    {
        using var refusals = new Refusals();
        await using var cluster = new SmallCluster();
        var node = cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        using var stranger = Stranger($"akka.tcp://evonas@{node.Endpoint}");
        var gate = stranger.ActorSelection($"akka.tcp://evonas@{node.Endpoint}/user/{GatewayActor.Name}");

        gate.Tell(new Loaded { Name = "by JSON" });
        await Eventually(() => refusals.Count("unregistered") > 0);
        gate.Tell(new StringValue { Value = "by Protocol Buffers" });
        await Eventually(() => refusals.Count("protobuf") > 0);
        gate.Tell(new Status.Failure(new Charged("by an exception")));
        await Eventually(() => refusals.Count("control") > 0);
        gate.Tell(PoisonPill.Instance);
        await Eventually(() => refusals.Count("control") > 1);

        Assert.DoesNotContain(
            Made.Keys,
            name => name.StartsWith("by ", StringComparison.Ordinal) && name != "by default"
        );
        await StillWorks(cluster);
    }

    // Nothing of this is unreadable because its bytes are wrong: what wrote them reads them.
    [Fact]
    public void WhatIsRefusedIsRefusedInBothDirections()
    {
        using var stranger = Stranger("");
        using var client = ActorSystem.Create("client", AkkaConfiguration.OfClient("127.0.0.1", null, ""));
        object[] refused =
        [
            new Loaded { Name = "" },
            new StringValue { Value = "" },
            new Status.Failure(new Charged("")),
            new Status.Success("done"),
            PoisonPill.Instance,
            Kill.Instance,
            Akka.Configuration.Config.Empty,
            new Akka.Routing.RoundRobinPool(2),
            new Recreate(new Charged("")),
            new Failed(ActorRefs.Nobody, new Charged(""), 1),
            new Terminate(),
            new Suspend(),
        ];

        foreach (var message in refused)
        {
            var theirs = stranger.Serialization.FindSerializerFor(message);
            var (bytes, manifest) = (
                theirs.ToBinary(message),
                Akka.Serialization.Serialization.ManifestFor(theirs, message)
            );
            Assert.Equal(
                message.GetType(),
                stranger.Serialization.Deserialize(bytes, theirs.Identifier, manifest).GetType()
            );

            Assert.Throws<SerializationException>(() =>
                client.Serialization.Deserialize(bytes, theirs.Identifier, manifest)
            );
            Assert.Throws<SerializationException>(() =>
                client.Serialization.FindSerializerFor(message).ToBinary(message)
            );
        }
        Assert.Equal(
            (1, 2, 3, 36),
            (
                new RefusesJson(Of(client), Akka.Configuration.Config.Empty).Identifier,
                new RefusesProtobuf(Of(client)).Identifier,
                new RefusesDeployment(Of(client)).Identifier,
                new RefusesDelivery(Of(client)).Identifier
            )
        );
    }

    [Fact]
    public void DeathWatchAndTheSearchForAnActorStillTravel()
    {
        using var client = ActorSystem.Create("client", AkkaConfiguration.OfClient("127.0.0.1", null, ""));
        var one = (IInternalActorRef)client.ActorOf(Props.Create(() => new Planted("a watched one")));

        foreach (
            var message in (object[])
                [
                    new Identify("who"),
                    new ActorIdentity("who", one),
                    new Watch(one, one),
                    new Unwatch(one, one),
                    new DeathWatchNotification(one, true, false),
                ]
        )
        {
            var serializer = client.Serialization.FindSerializerFor(message);
            var back = client.Serialization.Deserialize(
                serializer.ToBinary(message),
                serializer.Identifier,
                Akka.Serialization.Serialization.ManifestFor(serializer, message)
            );
            Assert.Equal(message.GetType(), back.GetType());
        }
    }

    static ExtendedActorSystem Of(ActorSystem system) => (ExtendedActorSystem)system;

    static async Task StillWorks(SmallCluster cluster)
    {
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(10)));
        await SmallCluster.UntilFinished(client);
    }

    static Task Eventually(Func<bool> good) => News.Until(good);

    static void Remember(string name)
    {
        Made[name] = true;
        News.Ring();
    }

    /// <summary>Remembers what was logged.</summary>
    sealed class RememberedLog : ILogEventSink
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void Emit(LogEvent logged)
        {
            Lines.Enqueue(logged.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
            News.Ring();
        }
    }

    /// <summary>Counts what nodes refuse.</summary>
    sealed class Refusals : IDisposable
    {
        readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
        readonly MeterListener _listener = new();

        public Refusals()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "evonas.messages.refused")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, value, tags, _) =>
                {
                    // Its one tag is a text.
                    _counts.AddOrUpdate((string)tags[0].Value!, value, (_, before) => before + value);
                    News.Ring();
                }
            );
            _listener.Start();
        }

        public long Count(string cause) => _counts.GetValueOrDefault(cause);

        public void Dispose() => _listener.Dispose();
    }
}
