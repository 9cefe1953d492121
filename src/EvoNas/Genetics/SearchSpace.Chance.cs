namespace EvoNas.Genetics;

public sealed partial class SearchSpace
{
    // A rule that no draw keeps in so many tries keeps practically none.
    const int DrawsMax = 10_000;

    // A decision of two or more values that draws the same so often has nearly all its weight there; then any other
    // will do.
    const int RedrawsMax = 64;

    // A number's neighbours are at most this part of its range away.
    const int StepParts = 10;

    /// <summary>Draws a member of the space: every active decision on its own, from the root down, by its
    /// scale.</summary>
    /// <remarks>As the reference sampler: uniform over combinations and permutations, not over the points of a
    /// conditional space, nor over the multisets of a sorted choice with repetition.</remarks>
    /// <exception cref="RequestException">10,000 draws broke the space's rule.</exception>
    public Genotype Sample(SeededRandom random) =>
        TrySample(random)
        ?? throw new RequestException(
            $"None of {DrawsMax} random points of '{Name}' keeps the space's rule.",
            "Widen the rule or the candidates."
        );

    /// <summary>As <see cref="Sample(SeededRandom)"/>; null where 10,000 draws broke the space's rule.</summary>
    public Genotype? TrySample(SeededRandom random)
    {
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            var genes = new List<Gene>();
            foreach (var decision in Decisions)
                Sample(decision, random, genes);
            var genotype = new Genotype([.. genes]);
            if (Rule is null || Rule(Read(genotype)) is null)
                return genotype;
        }
        return null;
    }

    /// <summary>Changes exactly one active decision to another value, and draws only what becomes active by
    /// it.</summary>
    /// <remarks>The decision is drawn uniformly among the active ones that have another value. A choice of several has
    /// one of its picks replaced or, where order counts, two exchanged.</remarks>
    /// <exception cref="RequestException">The space has a single point, or 10,000 draws broke its rule.</exception>
    public Mutation Mutate(Genotype parent, SeededRandom random) =>
        TryMutate(parent, random)
        ?? throw (
            OpenAnswers(Read(parent)).Count == 0
                ? new RequestException(
                    $"The space '{Name}' has a single point: nothing can mutate.",
                    "Give a decision a second candidate."
                )
                : new RequestException(
                    $"None of {DrawsMax} mutants of {parent} in '{Name}' keeps the space's rule.",
                    "Widen the rule or the candidates."
                )
        );

    /// <summary>As <see cref="Mutate"/>; null where the space has a single point, and where 10,000 draws broke its
    /// rule.</summary>
    /// <param name="parent">A member of the space.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="neighbours">Half of the changes of a number go to a value near it: a tenth of its range away at
    /// most, and at least to the next value.</param>
    public Mutation? TryMutate(Genotype parent, SeededRandom random, bool neighbours = false)
    {
        var point = Read(parent);
        var open = OpenAnswers(point);
        if (open.Count == 0)
            return null;
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            var target = open[random.Below(open.Count)];
            var child = Changed(point, target, random, neighbours);
            var read = Rule is null && !IsConditional ? null : Read(child);
            if (Rule is not null && Rule(read!) is not null)
                continue;
            return new(child, target.Id, target.Value.ToString(), (read ?? Read(child))[target.Id].Value.ToString());
        }
        return null;
    }

    static Genotype Changed(Point point, Answer target, SeededRandom random, bool neighbours)
    {
        var changed = new List<Gene>();
        if (!neighbours || random.Below(2) == 0 || !Step(target, random, changed))
            Change(target, random, changed);
        var genes = new List<Gene>(point.Genotype.Genes.Count);
        foreach (var answer in point.Answers)
            Copy(answer, target, changed, genes);
        return new([.. genes]);
    }

    static List<Answer> OpenAnswers(Point point)
    {
        var open = new List<Answer>();
        foreach (var answer in point.Active)
            if (HasAnotherValue(answer.Decision))
                open.Add(answer);
        return open;
    }

    static bool HasAnotherValue(Decision decision) =>
        decision switch
        {
            Decision.Real real => real.Min < real.Max,
            Decision.ManyOf { Distinct: true, Sorted: true } many => many.Picks < many.Candidates.Count,
            _ => CountOf(decision) > 1,
        };

    static void Copy(Answer answer, Answer? target, List<Gene> changed, List<Gene> genes)
    {
        if (ReferenceEquals(answer, target))
        {
            genes.AddRange(changed);
            return;
        }
        foreach (var pick in answer.Picks)
        {
            genes.Add(pick.Gene);
            foreach (var child in pick.Children)
                Copy(child, target, changed, genes);
        }
    }

    static void Sample(Decision decision, SeededRandom random, List<Gene> genes)
    {
        switch (decision)
        {
            case Decision.Real real:
                genes.Add(Gene.Real(Draw(real, random)));
                break;
            case Decision.Range range:
                genes.Add(Draw(range, random));
                break;
            case Decision.OneOf one:
                SampleCandidate(one.Candidates, Draw(one.Candidates, one.Scale, random), random, genes);
                break;
            case Decision.ManyOf many:
                var indices = Draw(many, random);
                if (many.Sorted)
                    Array.Sort(indices);
                foreach (var index in indices)
                    SampleCandidate(many.Candidates, index, random, genes);
                break;
        }
    }

    static void SampleCandidate(Sequence<Candidate> candidates, int index, SeededRandom random, List<Gene> genes)
    {
        genes.Add(index);
        foreach (var child in candidates[index].Children)
            Sample(child, random, genes);
    }

    static double Draw(Decision.Real real, SeededRandom random) =>
        real.Scale == Scale.Logarithmic
            ? Math.Clamp(Math.Exp(Between(Math.Log(real.Min), Math.Log(real.Max), random)), real.Min, real.Max)
            : Between(real.Min, real.Max, random);

    static double Between(double low, double high, SeededRandom random) => low + random.Unit() * (high - low);

    // pycls draws log-uniformly above the lower neighbour of the first number and rounds up to a step, so that the
    // first has its share.
    static int Draw(Decision.Range range, SeededRandom random)
    {
        if (range.Scale == Scale.Linear)
            return random.Below(range.Count);
        var (min, max, step) = ((double)range.Min, (double)range.Max, (double)range.Step);
        var drawn = Math.Exp(Between(Math.Log(min - Math.Min(step, min / 2)), Math.Log(max), random));
        return Math.Clamp((int)Math.Ceiling((drawn - min) / step), 0, range.Count - 1);
    }

    static int[] Draw(Decision.ManyOf many, SeededRandom random)
    {
        var picked = new int[many.Picks];
        var left = many.Distinct ? Enumerable.Range(0, many.Candidates.Count).ToList() : null;
        for (var place = 0; place < picked.Length; place++)
        {
            if (left is null)
            {
                picked[place] = Draw(many.Candidates, many.Scale, random);
                continue;
            }
            var at = random.Below(left.Count);
            picked[place] = left[at];
            left.RemoveAt(at);
        }
        return picked;
    }

    static int Draw(Sequence<Candidate> candidates, Scale scale, SeededRandom random)
    {
        if (scale == Scale.Linear || candidates.Count < 2)
            return random.Below(candidates.Count);
        var (min, max) = (candidates[0].Value.Number, candidates[^1].Value.Number);
        var drawn = Math.Exp(
            Between(Math.Log(min - Math.Min(candidates[1].Value.Number - min, min / 2)), Math.Log(max), random)
        );
        for (var i = 0; i < candidates.Count; i++)
            if (candidates[i].Value.Number >= drawn)
                return i;
        return candidates.Count - 1;
    }

    static void Change(Answer answer, SeededRandom random, List<Gene> genes)
    {
        switch (answer.Decision)
        {
            case Decision.Real real:
                genes.Add(Another(real, answer.Picks[0].Gene, random));
                break;
            case Decision.Range range:
                genes.Add(Another(answer.Picks[0].Gene.Index, range.Count, () => Draw(range, random), random));
                break;
            case Decision.OneOf one:
                var index = Another(answer.Picks[0].Gene.Index, one.Candidates, one.Scale, random);
                Retake(one, answer.Picks[0], index, random, genes);
                break;
            case Decision.ManyOf many:
                foreach (var pick in Changed(many, answer.Picks, random))
                    genes.AddRange(pick);
                break;
        }
    }

    // To a value near the one that it has; false where the decision is no number, or of fewer than three values.
    static bool Step(Answer answer, SeededRandom random, List<Gene> genes)
    {
        switch (answer.Decision)
        {
            case Decision.Real real:
                genes.Add(StepFrom(real, answer.Picks[0].Gene, random));
                return true;
            case Decision.Range { Count: > 2 } range:
                genes.Add(StepFrom(answer.Picks[0].Gene.Index, range.Count, random));
                return true;
            case Decision.OneOf { Candidates.Count: > 2 } one when AreNumbersAscending(one.Candidates):
                Retake(
                    one,
                    answer.Picks[0],
                    StepFrom(answer.Picks[0].Gene.Index, one.Candidates.Count, random),
                    random,
                    genes
                );
                return true;
            default:
                return false;
        }
    }

    static int StepFrom(int index, int count, SeededRandom random)
    {
        var step = (1 + random.Below(Math.Max(1, count / StepParts))) * (random.Below(2) == 0 ? 1 : -1);
        // Beyond an end it goes the other way.
        return index + step < 0 || index + step >= count ? index - step : index + step;
    }

    static Gene StepFrom(Decision.Real real, Gene value, SeededRandom random)
    {
        var isLogarithmic = real.Scale == Scale.Logarithmic;
        var (low, high) = isLogarithmic ? (Math.Log(real.Min), Math.Log(real.Max)) : (real.Min, real.Max);
        var step = (2 * random.Unit() - 1) * (high - low) / StepParts;
        var moved = (isLogarithmic ? Math.Log(value.Value) : value.Value) + step;
        var stepped = Gene.Real(Math.Clamp(isLogarithmic ? Math.Exp(moved) : moved, real.Min, real.Max));
        return stepped == value ? Another(real, value, random) : stepped;
    }

    static bool AreNumbersAscending(Sequence<Candidate> candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
            if (
                candidates[i].Value is not (Literal.Integer or Literal.Real)
                || (i > 0 && candidates[i - 1].Value.Number >= candidates[i].Value.Number)
            )
                return false;
        return true;
    }

    // Decisions that both candidates have (the copies of a repeat) stay answered as they were.
    static void Retake(Decision.OneOf one, Pick pick, int index, SeededRandom random, List<Gene> genes)
    {
        genes.Add(index);
        foreach (var child in one.Candidates[index].Children)
            if (pick.Children.FirstOrDefault(answer => ReferenceEquals(answer.Decision, child)) is { } kept)
                Copy(kept, target: null, [], genes);
            else
                Sample(child, random, genes);
    }

    static Gene Another(Decision.Real real, Gene value, SeededRandom random)
    {
        for (var draw = 0; draw < RedrawsMax; draw++)
            if (Gene.Real(Draw(real, random)) is var drawn && drawn != value)
                return drawn;
        return Gene.Real(value.Value == real.Max ? real.Min : real.Max);
    }

    static int Another(int index, Sequence<Candidate> candidates, Scale scale, SeededRandom random) =>
        scale == Scale.Linear
            ? Another(index, candidates.Count, random)
            : Another(index, candidates.Count, () => Draw(candidates, scale, random), random);

    static int Another(int index, int count, Func<int> draw, SeededRandom random)
    {
        for (var draws = 0; draws < RedrawsMax; draws++)
            if (draw() is var drawn && drawn != index)
                return drawn;
        return Another(index, count, random);
    }

    static int Another(int index, int count, SeededRandom random) => (index + 1 + random.Below(count - 1)) % count;

    // One pick replaced by an unused candidate, or two exchanged: every neighbour is equally likely. Each pick keeps
    // its children.
    static IEnumerable<List<Gene>> Changed(Decision.ManyOf many, Sequence<Pick> picks, SeededRandom random)
    {
        var places = picks
            .Select(pick =>
            {
                List<Gene> genes = [pick.Gene];
                foreach (var child in pick.Children)
                    Copy(child, target: null, [], genes);
                return genes;
            })
            .ToArray();
        var unused = many.Distinct
            ? Enumerable.Range(0, many.Candidates.Count).Except(picks.Select(pick => pick.Gene.Index)).ToArray()
            : [.. Enumerable.Range(0, many.Candidates.Count)];
        var replacements = picks.Count * (many.Distinct ? unused.Length : many.Candidates.Count - 1);
        var exchanges = many is { Distinct: true, Sorted: false } ? picks.Count * (picks.Count - 1) / 2 : 0;
        if (random.Below(replacements + exchanges) < replacements)
        {
            var place = random.Below(picks.Count);
            places[place] = [];
            var index = many.Distinct
                ? unused[random.Below(unused.Length)]
                : Another(picks[place].Gene.Index, many.Candidates, many.Scale, random);
            SampleCandidate(many.Candidates, index, random, places[place]);
        }
        else
        {
            var first = random.Below(picks.Count);
            var second = Another(first, picks.Count, random);
            (places[first], places[second]) = (places[second], places[first]);
        }
        return many.Sorted ? places.OrderBy(genes => genes[0].Index) : places;
    }
}
