namespace EvoNas.Genetics;

public sealed partial class SearchSpace
{
    /// <summary>A child of two: each decision as in the one or the other, by even chance, then each changed to another
    /// value with probability 1/n, where n decisions are open. A child that is one of its parents is mutated
    /// once.</summary>
    /// <remarks>Uniform crossover (Syswerda 1989). A decision that only one parent answers, under a candidate that only
    /// it took, comes from that one; a choice of several stays together.</remarks>
    /// <param name="parent">A member of the space.</param>
    /// <param name="mate">Another; null: the child is a mutant of the parent alone.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="neighbours">See <see cref="TryMutate"/>.</param>
    /// <returns>Null where the space has a single point, and where 10,000 draws broke its rule.</returns>
    public Genotype? TryCross(Genotype parent, Genotype? mate, SeededRandom random, bool neighbours = false)
    {
        var (mine, theirs) = (Read(parent), mate is null ? null : Read(mate));
        if (OpenAnswers(mine).Count == 0)
            return null;
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            var genes = new List<Gene>(parent.Genes.Count);
            Cross(mine.Answers, theirs?.Answers ?? mine.Answers, random, genes);
            var child = MutatedByChance(new Genotype([.. genes]), random, neighbours);
            if (child == parent || child == mate)
                child = TryMutate(child, random, neighbours)?.Child;
            if (child is not null && (Rule is null || Rule(Read(child)) is null))
                return child;
        }
        return null;
    }

    // Both answer the same decisions in the same order.
    static void Cross(Sequence<Answer> mine, Sequence<Answer> theirs, SeededRandom random, List<Gene> genes)
    {
        for (var i = 0; i < mine.Count; i++)
        {
            var (taken, other) = random.Below(2) == 0 ? (mine[i], theirs[i]) : (theirs[i], mine[i]);
            if (taken.Decision is Decision.ManyOf)
            {
                Copy(taken, target: null, [], genes);
                continue;
            }
            genes.Add(taken.Picks[0].Gene);
            CrossBelow(taken.Picks[0].Children, other.Picks[0].Children, random, genes);
        }
    }

    // Copies of a repeat are the same decisions under every count.
    static void CrossBelow(Sequence<Answer> taken, Sequence<Answer> other, SeededRandom random, List<Gene> genes)
    {
        foreach (var answer in taken)
            if (other.FirstOrDefault(one => ReferenceEquals(one.Decision, answer.Decision)) is { } both)
                Cross([answer], [both], random, genes);
            else
                Copy(answer, target: null, [], genes);
    }

    Genotype MutatedByChance(Genotype genotype, SeededRandom random, bool neighbours)
    {
        var point = Read(genotype);
        var open = OpenAnswers(point);
        if (open.Count == 0)
            return genotype;
        // Which ones is drawn first: a change may take away those below it.
        string[] chosen = [.. open.Where(_ => random.Below(open.Count) == 0).Select(answer => answer.Id)];
        foreach (var id in chosen)
        {
            point = Read(genotype);
            if (point.Active.FirstOrDefault(answer => answer.Id == id) is { } target)
                genotype = Changed(point, target, random, neighbours);
        }
        return genotype;
    }

    /// <summary>The one decision of a parent that a child answers otherwise; null where there are several, or
    /// none.</summary>
    public Mutation? DifferenceOf(Genotype parent, Genotype child)
    {
        var after = Read(child).Active.ToDictionary(answer => answer.Id);
        Mutation? found = null;
        foreach (var before in Read(parent).Active)
        {
            if (!after.TryGetValue(before.Id, out var now) || before.Value == now.Value)
                continue;
            if (found is not null)
                return null;
            found = new(child, before.Id, before.Value.ToString(), now.Value.ToString());
        }
        return found;
    }
}
