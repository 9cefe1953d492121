using System.Threading.Channels;
using Akka.Actor;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Nodes;

/// <summary>Speaks to a cluster without being part of it: begins searches, follows and steers them.</summary>
public sealed class ClusterClient : IAsyncDisposable
{
    readonly ActorSystem _system;
    readonly ActorSelection _gate;
    readonly string _contact;
    readonly TimeSpan _patience;

    ClusterClient(ActorSystem system, string contact, bool secure, TimeSpan patience)
    {
        (_system, _contact, _patience) = (system, contact, patience);
        _gate = system.ActorSelection(
            $"akka.{(secure ? "ssl.tcp" : "tcp")}://{AkkaConfiguration.System}@{contact}/user/{GatewayActor.Name}"
        );
    }

    /// <summary>Makes itself ready to speak; nothing is sent yet.</summary>
    /// <param name="contact">Any node, as host:port.</param>
    /// <param name="host">The address of this machine that the node can answer to.</param>
    /// <param name="certificate">As the nodes have one.</param>
    public static ClusterClient Open(string contact, string host = "127.0.0.1", NodeCertificate? certificate = null) =>
        Open(contact, host, certificate, TimeSpan.FromSeconds(15));

    /// <param name="patience">How long an answer is waited for.</param>
    internal static ClusterClient Open(string contact, string host, NodeCertificate? certificate, TimeSpan patience) =>
        new(
            ActorSystem.Create("evonas-guest", AkkaConfiguration.OfClient(host, certificate, "")),
            contact,
            certificate is not null,
            patience
        );

    /// <summary>Asks for something to be done.</summary>
    /// <exception cref="RequestException">The cluster refuses; says why.</exception>
    /// <exception cref="SearchStoppedException">Nobody answers.</exception>
    public async Task Do(Request request)
    {
        var answer = await Ask<Answer>(request).ConfigureAwait(false);
        if (answer.Refused is { } why)
            throw new RequestException(why, answer.Hint);
    }

    /// <summary>What the cluster is doing.</summary>
    /// <exception cref="SearchStoppedException">Nobody answers.</exception>
    public Task<ClusterReport> Report() => Ask<ClusterReport>(new Request.Report());

    /// <summary>The events of a search, in order, from the first one on (of more than fifty thousand: that one and the
    /// last ones); after a fail-over it goes on where it was.</summary>
    public async IAsyncEnumerable<Told> Subscribe(
        string search,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop
    )
    {
        var told = Channel.CreateUnbounded<Told>(new UnboundedChannelOptions { SingleReader = true });
        var subscriber = _system.ActorOf(Props.Create(() => new Subscriber(_gate, search, told.Writer)));
        try
        {
            await foreach (var one in told.Reader.ReadAllAsync(stop).ConfigureAwait(false))
                yield return one;
        }
        finally
        {
            _system.Stop(subscriber);
        }
    }

    async Task<T> Ask<T>(Request request)
    {
        try
        {
            return await _gate.Ask<T>(request, _patience).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new SearchStoppedException(
                $"No node answers at {_contact}.",
                "Is it running? Name another node with --cluster HOST:PORT; a cluster with TLS needs --certificate."
            );
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
    }

    /// <summary>Asks to be told, again and again: the one who tells may be another one by now.</summary>
    sealed class Subscriber(ActorSelection gate, string search, ChannelWriter<Told> told) : UntypedActor, IWithTimers
    {
        long _last;

        public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

        protected override void PreStart() =>
            Timers.StartPeriodicTimer("again", Again.Instance, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        protected override void OnReceive(object message)
        {
            if (message is Told one)
                Hear(one);
            else if (message is Again)
                gate.Tell(new Request.Subscribe(search, _last), Self);
            else
                Unhandled(message);
        }

        // Two coordinators may tell the same for a moment.
        void Hear(Told one)
        {
            if (one.Number <= _last)
                return;
            _last = one.Number;
            told.TryWrite(one);
        }

        sealed class Again
        {
            public static readonly Again Instance = new();
        }
    }
}
