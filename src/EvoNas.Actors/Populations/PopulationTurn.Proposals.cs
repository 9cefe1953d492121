using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Populations;

// What people propose, and how it is born.
sealed partial class PopulationTurn
{
    // All or none. A request that comes twice is refused the second time: what it proposes is known then.
    void Propose(Address from, Message.Propose asked)
    {
        var refused =
            state.Lineage.Settings is not { } settings ? "The search has not begun."
            : asked.Proposals.Count == 0 ? "Nothing is proposed."
            : settings.RepeatDuplicates ? null
            : Repeated(asked.Proposals);
        if (refused is null)
            Keep(new LineageEvent.Proposed(asked.Proposals));
        Do(new Effect.Send(from, new Message.Answered(refused)));
    }

    string? Repeated(Sequence<Proposal> proposals)
    {
        var seen = new HashSet<ulong>();
        foreach (var one in proposals)
        {
            if (state.Lineage.Known.Contains(one.Genotype.Fingerprint))
                return $"{one.Genotype} was born or proposed already.";
            if (!seen.Add(one.Genotype.Fingerprint))
                return $"{one.Genotype} is proposed twice.";
        }
        return null;
    }

    bool MayBear(SearchSettings settings) => state.Lineage.Proposals.Count > 0 && HasRoom(settings);

    // They wait for nothing but the children that have been asked for, which have lower numbers.
    void Bear()
    {
        var (lineage, next) = (state.Lineage, state.Lineage.Proposals[0]);
        Keep(new LineageEvent.Born(new(lineage.Born + 1), null, next.Genotype, Origin: next.Origin));
        if (NextPair(out _) is var (slot, birth))
            HandTo(slot, birth);
    }
}
