namespace EvoNas.Lineages;

public sealed partial record Lineage
{
    /// <summary>What was proposed and is not born yet; the first is born next.</summary>
    public Sequence<Proposal> Proposals { get; init; }

    // They are known from now on, so that nothing else breeds them meanwhile.
    Lineage Propose(LineageEvent.Proposed proposed)
    {
        var known = Known;
        foreach (var one in proposed.Proposals)
            known = known.Add(one.Genotype.Fingerprint);
        return this with { Proposals = [.. Proposals, .. proposed.Proposals], Known = known };
    }

    Sequence<Proposal> ProposalsAfter(LineageEvent.Born born)
    {
        if (born.Origin is not { } origin)
            return Proposals;
        return Proposals is [var next, ..] && next == new Proposal(born.Genotype, origin)
            ? new(Proposals.Items.RemoveAt(0))
            : throw Impossible($"bears birth {born.Birth} of the origin '{origin}', which was not proposed next");
    }
}
