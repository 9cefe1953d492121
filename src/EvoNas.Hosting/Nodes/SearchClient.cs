using System.Threading.Channels;
using Akka.Actor;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Nodes;

/// <summary>Asks the host of searches: a node of a cluster, another process of this machine, or this process. Begins
/// searches, watches and steers them.</summary>
/// <remarks>May be shared between threads.</remarks>
public abstract class SearchClient : IAsyncDisposable
{
    /// <summary>Asks for something to be done, and waits until it is durable.</summary>
    /// <exception cref="RequestException">The request is refused; the message says why.</exception>
    /// <exception cref="SearchStoppedException">No answer came in time, or the journal does not answer.</exception>
    public async Task Do(Request request)
    {
        Check(await Ask<Answer>(request).ConfigureAwait(false));
    }

    static void Check(Answer answer)
    {
        if (answer.Refused is { } why)
            throw answer.MayPass
                ? new SearchStoppedException(why, answer.Hint ?? "")
                : new RequestException(why, answer.Hint);
    }

    /// <summary>Proposes genotypes, and waits until that is durable.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestException">The request is refused, or whom it asks is of an earlier version.</exception>
    /// <exception cref="SearchStoppedException">No answer came in time, or the journal does not answer.</exception>
    public async Task Propose(Request.Propose request) => Check(await AskKnown<Answer>(request).ConfigureAwait(false));

    /// <summary>What the nodes, their slots and the searches are doing.</summary>
    /// <exception cref="SearchStoppedException">No answer came in time.</exception>
    public Task<ClusterReport> Report() => Ask<ClusterReport>(new Request.Report());

    /// <summary>What the actors are doing, one by one: of this process, or of all nodes of the cluster.</summary>
    /// <param name="watched">The path of an actor whose last messages are to be told; they are kept from the first time
    /// on, until nothing has asked for a minute. Null: none.</param>
    /// <param name="withPayloads">What those messages say is kept and told too.</param>
    /// <exception cref="SearchStoppedException">No answer came in time.</exception>
    /// <exception cref="RequestException">Whom it asks is of an earlier version, which does not tell.</exception>
    public async Task<IReadOnlyList<NodeActors>> Actors(string? watched = null, bool withPayloads = false) =>
        await AskKnown<ActorsAnswer>(new Request.Actors(watched) { WithPayloads = withPayloads }).ConfigureAwait(false)
            is { ByNode: { } nodes }
            ? nodes
            : throw EarlierVersion();

    /// <summary>What the actors did with the messages about a birth, as far back as they are kept: of this process, or
    /// of all nodes of the cluster.</summary>
    /// <param name="search">Name of the search.</param>
    /// <param name="birth">Its number.</param>
    /// <exception cref="SearchStoppedException">No answer came in time.</exception>
    /// <exception cref="RequestException">Whom it asks is of an earlier version, which does not tell.</exception>
    public async Task<IReadOnlyList<BirthTrace>> Trace(string search, long birth) =>
        await AskKnown<TraceAnswer>(new Request.Trace(search, birth)).ConfigureAwait(false) is { ByNode: { } nodes }
            ? nodes
            : throw EarlierVersion();

    /// <summary>A drawing of samples with what a candidate says of them, as a node keeps it.</summary>
    /// <param name="search">Name of the search.</param>
    /// <param name="birth">The candidate's number.</param>
    /// <exception cref="SearchStoppedException">No answer came in time.</exception>
    /// <exception cref="RequestException">Whom it asks is of an earlier version, which does not tell.</exception>
    public Task<SamplesAnswer> Samples(string search, long birth) =>
        AskKnown<SamplesAnswer>(new Request.Samples(search, birth));

    /// <summary>How long who proposes waits at least: the cost of each network is computed first.</summary>
    protected static readonly TimeSpan ProposalPatience = TimeSpan.FromSeconds(40);

    /// <summary>Asks what an earlier version may not know; its answer then has no nodes.</summary>
    protected virtual Task<T> AskKnown<T>(Request request)
        where T : INodeMessage => Ask<T>(request);

    /// <summary>Whoever is asked does not know the question.</summary>
    protected static RequestException EarlierVersion() =>
        new(
            "It runs an earlier version of EvoNas, which does not know this request.",
            "Start it again with this version."
        );

    /// <summary>The events of a search, in order, from the first one on (of more than fifty thousand: that one and the
    /// last ones); after a fail-over it continues where it was.</summary>
    /// <param name="search">Name of the search.</param>
    /// <param name="stop">Ends the subscription.</param>
    public abstract IAsyncEnumerable<Told> Subscribe(string search, CancellationToken stop);

    /// <summary>Sends a request and waits for its answer.</summary>
    protected abstract Task<T> Ask<T>(Request request)
        where T : INodeMessage;

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Asks the gateway actor of a node, of this process or of another one.</summary>
/// <param name="system">The actor system that receives the answers.</param>
/// <param name="gateway">The node's gateway.</param>
/// <param name="where">The node, for the message that it does not answer.</param>
/// <param name="patience">How long an answer is waited for.</param>
class GatewayClient(ActorSystem system, ICanTell gateway, string where, TimeSpan patience) : SearchClient
{
    // A gateway waits two seconds for the other nodes.
    static readonly TimeSpan ActorsPatience = TimeSpan.FromSeconds(6);

    protected ActorSystem System { get; } = system;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Told> Subscribe(
        string search,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop
    )
    {
        var told = Channel.CreateUnbounded<Told>(new UnboundedChannelOptions { SingleReader = true });
        var subscriber = System.ActorOf(Props.Create(() => new Subscriber(gateway, search, told.Writer)));
        try
        {
            await foreach (var one in told.Reader.ReadAllAsync(stop).ConfigureAwait(false))
                yield return one;
        }
        finally
        {
            System.Stop(subscriber);
        }
    }

    // An earlier version refuses to read the question, and stays silent; it answers what every version knows.
    /// <inheritdoc/>
    protected override async Task<T> AskKnown<T>(Request request)
    {
        try
        {
            var wait =
                request is not Request.Propose ? ActorsPatience
                : patience > ProposalPatience ? patience
                : ProposalPatience;
            return await gateway.Ask<T>(request, wait).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            await Ask<ClusterReport>(new Request.Report()).ConfigureAwait(false);
            throw EarlierVersion();
        }
    }

    /// <inheritdoc/>
    protected override async Task<T> Ask<T>(Request request)
    {
        try
        {
            return await gateway.Ask<T>(request, patience).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new SearchStoppedException(
                $"No node answers at {where}.",
                "Is it running? Name another node with --cluster HOST:PORT; a cluster with TLS needs --certificate."
            );
        }
    }

    /// <summary>Subscribes again and again: another coordinator may run the search by now.</summary>
    sealed class Subscriber(ICanTell gateway, string search, ChannelWriter<Told> told) : UntypedActor, IWithTimers
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
                gateway.Tell(new Request.Subscribe(search, _last), Self);
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
