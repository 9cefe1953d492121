using System.Text.Json.Serialization;
using EvoNas.Actors;
using EvoNas.Actors.Monitors;
using EvoNas.Evolution;

namespace EvoNas.Hosting.Messages;

/// <summary>What users and programs ask the host of searches: a cluster, or a process of this machine.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Resume), "resume")]
[JsonDerivedType(typeof(Extend), "extend")]
[JsonDerivedType(typeof(Stop), "stop")]
[JsonDerivedType(typeof(Report), "report")]
[JsonDerivedType(typeof(Actors), "actors")]
[JsonDerivedType(typeof(Trace), "trace")]
[JsonDerivedType(typeof(Samples), "samples")]
[JsonDerivedType(typeof(Propose), "propose")]
[JsonDerivedType(typeof(Subscribe), "subscribe")]
[JsonDerivedType(typeof(Drain), "drain")]
public abstract record Request : INodeMessage
{
    Request() { }

    /// <summary>Run this search. One that has begun goes on, with this budget; answered by
    /// <see cref="Answer"/>.</summary>
    public sealed record Run(SearchOrder Order) : Request;

    /// <summary>Hand out nothing more; what is being evaluated ends.</summary>
    /// <param name="Search">The search.</param>
    /// <param name="By">Who asks, such as <c>ann@laptop</c>; null: not said.</param>
    public sealed record Pause(string Search, string? By = null) : Request;

    /// <summary>Hand out again.</summary>
    public sealed record Resume(string Search) : Request;

    /// <summary>Another budget.</summary>
    public sealed record Extend(string Search, Budget Budget) : Request;

    /// <summary>The cluster is to run it no longer. Its lineage stays.</summary>
    public sealed record Stop(string Search) : Request;

    /// <summary>What goes on; answered by <see cref="ClusterReport"/>.</summary>
    public sealed record Report : Request;

    /// <summary>What the actors do, one by one; answered by <see cref="ActorsAnswer"/>.</summary>
    /// <param name="Watched">The path of an actor whose last messages are to be kept from now on, and told; null:
    /// none.</param>
    /// <remarks>A message of its own: one that has no field cannot be given one, because a newer node could not read
    /// what an older one sends.</remarks>
    public sealed record Actors(string? Watched) : Request
    {
        /// <summary>What those messages say is kept and told too.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool WithPayloads { get; init; }
    }

    /// <summary>What the actors did with the messages about a birth; answered by <see cref="TraceAnswer"/>.</summary>
    /// <param name="Search">The search.</param>
    /// <param name="Birth">Its number.</param>
    public sealed record Trace(string Search, long Birth) : Request;

    /// <summary>A drawing of samples with what a candidate says of them; answered by
    /// <see cref="SamplesAnswer"/>.</summary>
    /// <param name="Search">The search.</param>
    /// <param name="Birth">The candidate's number.</param>
    public sealed record Samples(string Search, long Birth) : Request;

    /// <summary>These genotypes are to be evaluated next, inside the budget; all or none. Answered by
    /// <see cref="Answer"/> as soon as that is durable.</summary>
    /// <param name="Search">The search.</param>
    /// <param name="Genotypes">Each in one of the forms of <see cref="Genetics.GenotypeReader"/>; at most
    /// <see cref="Lineages.Proposal.CountMax"/>.</param>
    /// <param name="Origins">See <see cref="Lineages.Proposal.Origin"/>, one for each genotype; null: a person proposes
    /// them.</param>
    public sealed record Propose(string Search, string[] Genotypes, string[]? Origins = null) : Request;

    /// <summary>Every event of a search with a higher number, as <see cref="Told"/>: first those in the journal, then
    /// each as it is kept.</summary>
    public sealed record Subscribe(string Search, long After = 0) : Request;

    /// <summary>A node takes no more work, and leaves when what it has is done.</summary>
    public sealed record Drain(string Node) : Request;
}

/// <summary>Done, or why not.</summary>
/// <param name="Refused">Null: done.</param>
/// <param name="Hint">What to do.</param>
/// <param name="MayPass">True where the request is good, and may be granted later.</param>
public sealed record Answer(string? Refused = null, string? Hint = null, bool MayPass = false) : INodeMessage;

/// <summary>What the actors of nodes are doing.</summary>
/// <param name="ByNode">One, or all of a cluster by name.</param>
public sealed record ActorsAnswer(NodeActors[] ByNode) : INodeMessage;

/// <summary>What the actors of nodes did with the messages about a birth.</summary>
/// <param name="ByNode">One, or all of a cluster by name.</param>
public sealed record TraceAnswer(BirthTrace[] ByNode) : INodeMessage;

/// <summary>A drawing that a node keeps.</summary>
/// <param name="Compressed">SVG, by gzip; null: no node has one, or it does not fit into a message.</param>
/// <param name="Bytes">How long it is, compressed; 0: no node has one.</param>
public sealed record SamplesAnswer(byte[]? Compressed, long Bytes) : INodeMessage;

/// <summary>An event of a search, after it was kept; the bytes are the journal's.</summary>
public sealed record Told(string Search, long Number, string Manifest, byte[] Payload) : INodeMessage;

/// <summary>What a cluster is doing.</summary>
/// <param name="Nodes">Its nodes, by name.</param>
/// <param name="Searches">Its searches, by name.</param>
/// <param name="Trouble">Why searches are not known, or their events cannot be kept at the moment; null: all is
/// well.</param>
public sealed record ClusterReport(NodeReport[] Nodes, SearchReport[] Searches, string? Trouble = null) : INodeMessage
{
    /// <summary>Why a search waits where no slot works for any, as the coordinator knows it: the nodes know
    /// more.</summary>
    internal const string NoSlot = "no slot is free: there is no evaluator, or its slots are quarantined";

    /// <summary>This report with what the nodes say; of a search that has no slot, which of the reasons it
    /// is.</summary>
    internal ClusterReport With(NodeReport[] nodes)
    {
        var slots = nodes.SelectMany(node => node.Slots).ToArray();
        var reason =
            slots is not [var first, ..] ? "there is no evaluator"
            : slots.All(slot => slot.Does == "quarantined") ? $"all slots are quarantined; {first.Name}: {first.Detail}"
            : "no slot is free";
        return this with
        {
            Nodes = nodes,
            Searches =
            [
                .. Searches.Select(search => search.Detail == NoSlot ? search with { Detail = reason } : search),
            ],
        };
    }
}

/// <summary>A node.</summary>
/// <param name="Name">Its alias.</param>
/// <param name="Address">As the cluster calls it.</param>
/// <param name="Status">Up, joining, leaving, unreachable.</param>
/// <param name="Roles">With commas.</param>
/// <param name="Slots">What its slots do.</param>
/// <param name="Losses">Attempts of its slots that came to nothing, by cause.</param>
public sealed record NodeReport(
    string Name,
    string Address,
    string Status,
    string Roles,
    SlotLine[] Slots,
    LossCount[] Losses
) : INodeMessage;

/// <summary>Attempts that came to nothing.</summary>
/// <param name="Cause">In one word.</param>
/// <param name="Count">How many since the node started.</param>
public sealed record LossCount(string Cause, long Count);

/// <summary>A slot.</summary>
/// <param name="Does">idle, training, reporting or quarantined.</param>
/// <param name="Detail">How far it is, or why it is quarantined.</param>
/// <param name="Genotype">What it trains.</param>
/// <param name="Progress">Null before the first step.</param>
/// <param name="Seconds">Since the training began.</param>
public sealed record SlotLine(
    string Name,
    string Does,
    string? Search,
    long Birth,
    int Attempt,
    string? Detail,
    string? Genotype = null,
    Progress? Progress = null,
    double Seconds = 0
) : INodeMessage;

/// <summary>A search.</summary>
/// <param name="State">running, waiting (no slot works for it), paused, finished, recovering or broken.</param>
/// <param name="Budget">In evaluations; null: bounded otherwise.</param>
/// <param name="Best">See <see cref="EvoNas.Lineages.Lineage.AnnouncedFitness"/>.</param>
/// <param name="BestGenotype">Of <see cref="EvoNas.Lineages.Lineage.Announced"/>.</param>
/// <param name="Detail">Why it waits, is paused, recovering or broken.</param>
public sealed record SearchReport(
    string Name,
    string State,
    string Space,
    long Events,
    long Ended,
    long Pending,
    long? Budget,
    double? Best,
    string? BestGenotype,
    int Slots,
    string? Detail
) : INodeMessage
{
    /// <summary>A search whose journal is not open.</summary>
    internal static SearchReport Closed(string name, string state, string? detail) =>
        new(name, state, "", 0, 0, 0, null, null, null, 0, detail);
}
