using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Actors;

/// <summary>The mailbox of our own actors: unbounded, from both ends as stashing wants it, and measured. Each kind of
/// actor has one of its own.</summary>
sealed class MeasuredMailbox : MailboxType, IProducesMessageQueue<MeasuredMailbox.Queue>
{
    const string Section = "evonas-mailboxes";

    // The tags of metrics: they are for ever, whatever the classes are called.
    static readonly string[] Types =
    [
        "population",
        "searches",
        "mutator",
        "slot",
        "monitor",
        "gate",
        "journal",
        "history",
        "searchlist",
        "spool",
        "clusterwatch",
    ];

    readonly string _type,
        _node;

    /// <summary>Called by Akka.NET.</summary>
    public MeasuredMailbox(Settings settings, Config config)
        : base(settings, config) => (_type, _node) = (config.GetString("actor-type"), config.GetString("node"));

    /// <summary>The mailbox for a kind of actor.</summary>
    public static string Of(string type) => $"{Section}.{type}";

    /// <summary>What Akka.NET is told of them.</summary>
    /// <param name="node">The name of the node, for measurements.</param>
    public static IEnumerable<(string Key, string Value)> Configuration(string node) =>
        from type in Types
        from pair in ((string, string)[])
            [
                (
                    "mailbox-type",
                    $"{typeof(MeasuredMailbox).FullName}, {typeof(MeasuredMailbox).Assembly.GetName().Name}"
                ),
                ("actor-type", type),
                ("node", node),
            ]
        select ($"{Of(type)}.{pair.Item1}", pair.Item2);

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new Queue(_type, _node, owner.Path.ToStringWithoutAddress(), ActorRegistry.Of(system));

    /// <summary>The statistics of the actor under construction; null if it has another mailbox.</summary>
    public static ActorStatistics? StatisticsOf(IActorContext context) =>
        context is ActorCell { Mailbox.MessageQueue: Queue queue } ? queue.Statistics : null;

    /// <summary>An actor's messages; it lives as long as its actor.</summary>
    internal sealed class Queue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
    {
        readonly UnboundedDequeMessageQueue _messages = new();
        readonly ConcurrentQueue<long> _posted = new();
        readonly KeyValuePair<string, object?> _type,
            _node;
        readonly IDisposable _depth;
        readonly ActorRegistry _actors;

        // Used by the actor's own thread alone: messages that were put back to the front.
        int _back,
            _toRead;

        public Queue(string type, string node, string path, ActorRegistry actors)
        {
            _actors = actors;
            Statistics = actors.Open(type, path, () => _messages.Count);
            (_type, _node) = (Telemetry.Tag("actor.type", type), Telemetry.Tag("node", node));
            _depth = Telemetry.Mailboxes.Add(() => _messages.Count, _type, _node);
            Telemetry.Live.Add(1, _type, _node);
        }

        /// <summary>What is written down of the actor.</summary>
        public ActorStatistics Statistics { get; }

        public bool HasMessages => _messages.HasMessages;

        public int Count => _messages.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            _posted.Enqueue(Stopwatch.GetTimestamp());
            _messages.Enqueue(receiver, envelope);
        }

        // By an actor that unstashes: these have waited in the queue before.
        public void EnqueueFirst(Envelope envelope)
        {
            (_back, _toRead) = (_back + 1, _toRead + 1);
            _messages.EnqueueFirst(envelope);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            if (!_messages.TryDequeue(out envelope))
                return false;
            if (_back > 0)
            {
                Telemetry.StashDepth.Record(_back, _type);
                _back = 0;
            }
            var (now, wait) = (Stopwatch.GetTimestamp(), -1L);
            if (_toRead > 0)
                _toRead--;
            else if (_posted.TryDequeue(out var posted))
            {
                wait = now - posted;
                Telemetry.MailboxTime.Record(Stopwatch.GetElapsedTime(posted, now).TotalSeconds, _type);
            }
            Statistics.Take(now, wait);
            return true;
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            _depth.Dispose();
            _actors.Close(Statistics);
            Telemetry.Live.Add(-1, _type, _node);
            _messages.CleanUp(owner, deadletters);
        }
    }
}
