using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using Address = EvoNas.Actors.Address;
using Answer = EvoNas.Hosting.Messages.Answer;

namespace EvoNas.Hosting.Actors;

// Genotypes that people propose: read here, taken by the population.
sealed partial class SearchActor
{
    // Who waits for the population's answer, by the address under which the population knows them.
    readonly Dictionary<Address, IActorRef> _proposers = [];
    long _proposed;

    /// <summary>The texts of a request were read.</summary>
    /// <param name="Proposer">Who asked.</param>
    /// <param name="Proposals">What was read.</param>
    /// <param name="Refused">Why they cannot be taken; null: they can.</param>
    sealed record ProposalsRead(IActorRef Proposer, Sequence<Proposal> Proposals, Answer? Refused);

    // The cost of a network takes up to 10 ms, and a node may have to read a table first: never inside the actor.
    void ReadProposals(Request.Propose asked)
    {
        var (order, draft, proposer, self) = (_terms.Order, _shared.Draft, Sender, Self);
        Task.Run(() =>
            {
                try
                {
                    return new ProposalsRead(proposer, ProposalReader.Read(order, draft(order), asked), null);
                }
                catch (RequestException fault)
                {
                    return new ProposalsRead(proposer, default, new(fault.Message, fault.Hint));
                }
            })
            .PipeTo(
                self,
                failure: fault => new ProposalsRead(proposer, default, new($"It cannot be read: {fault.Message}"))
            );
    }

    void Take(ProposalsRead read)
    {
        if (read.Refused is { } refused)
        {
            read.Proposer.Tell(refused);
            return;
        }
        var address = new Address($"proposer-{++_proposed}");
        _proposers[address] = read.Proposer;
        Receive(new Message.Propose(read.Proposals), address);
    }

    void Answer(Address proposer, Message.Answered answered)
    {
        if (_proposers.Remove(proposer, out var waits))
            waits.Tell(
                new Answer(
                    answered.Refused,
                    answered.Refused is null ? null : "Nothing of the request was taken; leave that one out."
                )
            );
    }

    // What was decided and could not be kept is forgotten, and nobody would be answered.
    void RefuseProposers(string reason)
    {
        foreach (var waits in _proposers.Values)
            waits.Tell(
                new Answer(
                    $"Whether it was taken is not known: {reason}",
                    "Propose it again: what was taken already is refused.",
                    MayPass: true
                )
            );
        _proposers.Clear();
    }
}

/// <summary>Reads what people propose to a search.</summary>
static class ProposalReader
{
    /// <summary>The proposals of a request: each of the space, and within the limits that are known before a
    /// training.</summary>
    /// <param name="order">The search.</param>
    /// <param name="blueprint">Its space.</param>
    /// <param name="asked">The request.</param>
    /// <exception cref="RequestException">One cannot be taken: names it, and the reason.</exception>
    public static Sequence<Proposal> Read(SearchOrder order, SearchBlueprint blueprint, Request.Propose asked)
    {
        if (asked.Genotypes is not { Length: > 0 and <= Proposal.CountMax })
            throw new RequestException(
                $"{asked.Genotypes?.Length ?? 0} genotypes are proposed; a request takes 1 to {Proposal.CountMax}."
            );
        if (asked.Origins is { } origins && origins.Length != asked.Genotypes.Length)
            throw new RequestException("Each genotype needs an origin.");
        var reader = new GenotypeReader(blueprint.Space);
        var limits = KnownLimits.Of(order.Read().Objective, blueprint.KnownMetrics);
        return
        [
            .. asked.Genotypes.Select(
                (text, place) =>
                    new Proposal(Checked(text, reader.Read(text), limits), asked.Origins?[place] ?? Proposal.ByUser)
            ),
        ];
    }

    static Genotype Checked(string text, GenotypeReading reading, KnownLimits limits)
    {
        if (reading.Genotype is not { } genotype)
            throw new RequestException(
                $"'{Printable.Of(text)}' is no genotype of the space: {reading.Fault}",
                "Write it as evonas spaces sample prints it: indices with commas between."
            );
        var metrics = limits.Of(genotype);
        foreach (var limit in limits.Limits)
            if (metrics[limit.Metric] is { } value && !limit.Holds(metrics))
                throw new RequestException(
                    $"{genotype} breaks the limit {limit}: it has "
                        + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:0.######}."),
                    "A search keeps its limits: leave it out."
                );
        return genotype;
    }
}
