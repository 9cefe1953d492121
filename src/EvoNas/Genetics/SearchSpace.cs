using System.Globalization;
using System.Numerics;

namespace EvoNas.Genetics;

/// <summary>The decisions of a search, in order. Immutable; may be shared between threads.</summary>
/// <remarks>Ids, order of slots and sizes follow PyGlove (Peng et al. 2020, arXiv:2101.08809), so that a point found
/// elsewhere can be read here.</remarks>
public sealed partial class SearchSpace
{
    /// <summary>Checks and keeps the decisions.</summary>
    /// <param name="name">What users call the space; <c>[a-z0-9][a-z0-9._-]*</c>.</param>
    /// <param name="decisions">At least one.</param>
    /// <param name="rule">Says why a genotype is no member of the space, or null where it is one. Null: every
    /// combination is a member.</param>
    /// <exception cref="RequestException">A decision has no candidate, an empty range, or the name of
    /// another.</exception>
    public SearchSpace(string name, Sequence<Decision> decisions, Func<Point, string?>? rule = null)
    {
        (Name, Decisions, Rule) = (name, decisions, rule);
        if (decisions.Count == 0)
            throw new RequestException($"The space '{name}' has no decisions.", "Give it at least one.");
        CheckTogether(decisions, "");
        IsConditional = decisions.Any(decision => decision.SlotCount > PlacesOf(decision));
    }

    /// <summary>What users call the space.</summary>
    public string Name { get; }

    /// <summary>In the order of the flat vector.</summary>
    public Sequence<Decision> Decisions { get; }

    /// <summary>Says why a point is no member of the space (null where it is); null where every combination is a
    /// member.</summary>
    public Func<Point, string?>? Rule { get; }

    /// <summary>True if some decisions exist only under some candidates.</summary>
    public bool IsConditional { get; }

    /// <summary>The exact number of index combinations (a <see cref="Rule"/> is not counted); null where a decision is
    /// real, that is where it is infinite.</summary>
    public BigInteger? Size => SizeOf(Decisions);

    /// <summary>log10 of <see cref="Size"/>; infinite where that is.</summary>
    public double Log10Size => Size is { } size ? BigInteger.Log10(size) : double.PositiveInfinity;

    /// <summary><see cref="Size"/> in digits; <c>-1</c> where infinite.</summary>
    public string SizeText => Size?.ToString(CultureInfo.InvariantCulture) ?? "-1";

    /// <summary>The numbers of the flat vector, those of all candidates' children counted.</summary>
    public int SlotCount => Decisions.Sum(decision => decision.SlotCount);

    internal static BigInteger? SizeOf(Sequence<Decision> decisions) =>
        decisions.Aggregate((BigInteger?)BigInteger.One, (product, decision) => product * decision.Size);

    /// <summary>Reads a genotype: which decisions are active, and what each takes.</summary>
    /// <exception cref="RequestException">It is too short or too long, or a gene is out of its decision's bounds. A
    /// broken <see cref="Rule"/> is not looked at: see <see cref="Fault"/>.</exception>
    public Point Read(Genotype genotype)
    {
        var at = 0;
        var answers = ReadAll(Decisions, "", genotype.Genes, ref at);
        return at == genotype.Genes.Count
            ? new(genotype, answers)
            : throw new RequestException(
                $"A genotype of '{Name}' ends after {at} numbers; this one has {genotype.Genes.Count}.",
                $"Leave out the last {genotype.Genes.Count - at}."
            );
    }

    /// <summary>Why this genotype is no member of the space; null where it is one.</summary>
    public string? Fault(Genotype genotype)
    {
        try
        {
            return Rule?.Invoke(Read(genotype));
        }
        catch (RequestException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Reads the canonical text: indices with commas between, real decisions as values.</summary>
    /// <remarks>Where every decision has at most ten options and is always active, the commas may be left out:
    /// <c>01201210</c>.</remarks>
    /// <exception cref="RequestException">A number cannot be read, is out of bounds, or there are too few or too
    /// many.</exception>
    public Genotype Parse(string text)
    {
        var words = IsCompact(text)
            ? [.. text.Select(digit => digit.ToString())]
            : text.Split(',', StringSplitOptions.TrimEntries);
        var genes = new List<Gene>(Math.Min(words.Length, 4 * SlotCount));
        Parse(Decisions, "", words, genes);
        // Words that are left over count, so that the length is what Read complains about.
        while (genes.Count < words.Length)
            genes.Add(0);
        var genotype = new Genotype([.. genes]);
        Read(genotype);
        return genotype;
    }

    /// <summary>How many active decisions two genotypes answer differently; one that is active in only one of them
    /// counts once.</summary>
    public int Distance(Genotype a, Genotype b) => Distance(Read(a).Answers, Read(b).Answers);

    // A decision is the same in both if it is the same object: copies of a repeat are, under every count.
    static int Distance(Sequence<Answer> left, Sequence<Answer> right)
    {
        var (distance, shared) = (0, 0);
        foreach (var one in left)
            if (right.FirstOrDefault(answer => ReferenceEquals(answer.Decision, one.Decision)) is { } other)
            {
                distance += Distance(one, other);
                shared += other.Size;
            }
            else
                distance += one.Size;
        return distance + right.Sum(answer => answer.Size) - shared;
    }

    static int Distance(Answer one, Answer other)
    {
        var (differs, below) = (0, 0);
        for (var place = 0; place < one.Picks.Count; place++)
        {
            if (one.Picks[place].Gene != other.Picks[place].Gene)
                differs = 1;
            below += Distance(one.Picks[place].Children, other.Picks[place].Children);
        }
        return differs + below;
    }

    static Sequence<Answer> ReadAll(Sequence<Decision> decisions, string prefix, Sequence<Gene> genes, ref int at)
    {
        var answers = new Answer[decisions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var decision = decisions[i];
            var id = Join(prefix, decision.Name);
            var picks = new Pick[PlacesOf(decision)];
            for (var place = 0; place < picks.Length; place++)
            {
                if (at >= genes.Count)
                    throw new RequestException(
                        $"The genotype ends after {genes.Count} numbers, before decision '{id}'.",
                        "Give one number a decision, depth first."
                    );
                picks[place] = ReadPick(decision, id, place, genes, ref at);
                if (place > 0 && decision is Decision.ManyOf checkedOne)
                    CheckPlace(checkedOne, id, picks, place);
            }
            answers[i] = new(decision, id, [.. picks]);
        }
        return new(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(answers));
    }

    static Pick ReadPick(Decision decision, string id, int place, Sequence<Gene> genes, ref int at)
    {
        var gene = genes[at++];
        if (decision is Decision.Real real)
            return gene.IsReal && gene.Value >= real.Min && gene.Value <= real.Max
                ? new(gene, gene.Value, default)
                : throw new RequestException(
                    $"'{id}' takes a real number from {Literal.Text(real.Min)} to {Literal.Text(real.Max)}, not "
                        + $"{(gene.IsReal ? "" : "index ")}{gene}."
                );
        var count = CountOf(decision);
        if (gene.IsReal || gene.Index < 0 || gene.Index >= count)
            throw new RequestException($"'{id}' takes an index from 0 to {count - 1}, not {gene}.");
        if (decision is Decision.Range range)
            return new(gene, range.At(gene.Index), default);
        var candidate = CandidatesOf(decision)[gene.Index];
        if (candidate.Children.Count == 0)
            return new(gene, candidate.Value, default);
        return new(
            gene,
            candidate.Value,
            ReadAll(candidate.Children, Under(decision, id, place, gene.Index), genes, ref at)
        );
    }

    // Where the decisions under a candidate live.
    internal static string Under(Decision decision, string id, int place, int index) =>
        (decision is Decision.ManyOf { Picks: > 1 } ? $"{id}[{place}]" : id) + $"[={index}/{CountOf(decision)}]";

    static void CheckPlace(Decision.ManyOf decision, string id, Pick[] picks, int place)
    {
        var index = picks[place].Gene.Index;
        if (decision.Sorted && picks[place - 1].Gene.Index > index)
            throw new RequestException(
                $"'{id}' takes its picks in ascending order; {index} follows {picks[place - 1].Gene}."
            );
        if (decision.Distinct)
            for (var before = 0; before < place; before++)
                if (picks[before].Gene.Index == index)
                    throw new RequestException($"'{id}' takes every candidate at most once; {index} comes twice.");
    }

    static void Parse(Sequence<Decision> decisions, string prefix, string[] words, List<Gene> genes)
    {
        foreach (var decision in decisions)
        {
            var id = Join(prefix, decision.Name);
            for (var place = 0; place < PlacesOf(decision) && genes.Count < words.Length; place++)
            {
                var word = words[genes.Count];
                if (decision is Decision.Real)
                    genes.Add(
                        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                            ? Gene.Real(value)
                            : throw new RequestException($"'{id}' takes a number, not '{word}'.")
                    );
                else if (
                    !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    || index >= CountOf(decision)
                )
                    throw new RequestException(
                        $"'{id}' takes an index from 0 to {CountOf(decision) - 1}, not '{word}'."
                    );
                else
                {
                    genes.Add(index);
                    if (decision is Decision.OneOf or Decision.ManyOf)
                        Parse(CandidatesOf(decision)[index].Children, Under(decision, id, place, index), words, genes);
                }
            }
        }
    }

    bool IsCompact(string text) =>
        text.Length > 1
        && text.Length == SlotCount
        && !IsConditional
        && text.All(char.IsAsciiDigit)
        && Decisions.All(decision => decision is not Decision.Real && CountOf(decision) <= 10);

    // Numbers of the flat vector that a decision itself takes.
    internal static int PlacesOf(Decision decision) => decision is Decision.ManyOf many ? many.Picks : 1;

    internal static int CountOf(Decision decision) =>
        decision is Decision.Range range ? range.Count : CandidatesOf(decision).Count;

    internal static Sequence<Candidate> CandidatesOf(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => one.Candidates,
            Decision.ManyOf many => many.Candidates,
            _ => default,
        };

    internal static string Join(string prefix, string name) =>
        prefix == "" ? name
        : name == "" ? prefix
        : name[0] == '[' ? prefix + name
        : $"{prefix}.{name}";

    static void CheckTogether(Sequence<Decision> decisions, string prefix)
    {
        var seen = new HashSet<string>();
        foreach (var decision in decisions)
        {
            var id = Join(prefix, decision.Name);
            if (!seen.Add(decision.Name))
                throw new RequestException($"Two decisions are called '{id}'.", "Give each a name of its own.");
            if (FaultOf(decision) is { } fault)
                throw new RequestException($"Decision '{id}': {fault}");
            var candidates = CandidatesOf(decision);
            for (var c = 0; c < candidates.Count; c++)
                CheckTogether(candidates[c].Children, $"{id}[={c}/{candidates.Count}]");
        }
    }

    internal static string? FaultOf(Decision decision) =>
        decision switch
        {
            Decision.OneOf { Candidates.Count: 0 } or Decision.ManyOf { Candidates.Count: 0 } =>
                "has no candidates; give it at least one.",
            Decision.ManyOf { Picks: < 1 } many => $"picks {many.Picks} candidates; pick at least 1.",
            Decision.ManyOf { Distinct: true } many when many.Picks > many.Candidates.Count =>
                $"picks {many.Picks} distinct candidates of {many.Candidates.Count}; pick at most "
                    + $"{many.Candidates.Count}, or let them repeat.",
            Decision.ManyOf { Distinct: true, Scale: Scale.Logarithmic } =>
                "draws distinct candidates on a logarithmic scale; let them repeat, or draw on a linear scale.",
            Decision.OneOf { Scale: Scale.Logarithmic }
            or Decision.ManyOf { Scale: Scale.Logarithmic } when !ArePositiveAndAscending(CandidatesOf(decision)) =>
                "has a logarithmic scale; its candidates must be positive numbers in ascending order.",
            Decision.Range { Step: <= 0 } range => $"has step {range.Step}; it must be positive.",
            Decision.Range range
                when Math.Max(Math.Abs(range.Min), Math.Max(Math.Abs(range.Max), range.Step)) > RangeMax =>
                $"goes from {range.Min} to {range.Max} in steps of {range.Step}; keep these within ±{RangeMax}.",
            Decision.Range range when range.Max < range.Min =>
                $"goes from {range.Min} to {range.Max}; the first must not be above the second.",
            Decision.Range range when range.Max - range.Min >= int.MaxValue * range.Step =>
                $"has more than {int.MaxValue} numbers; take larger steps.",
            Decision.Range { Scale: Scale.Logarithmic, Min: <= 0 } range =>
                $"has a logarithmic scale and begins at {range.Min}; begin above 0.",
            Decision.Real real when !(double.IsFinite(real.Min) && double.IsFinite(real.Max) && real.Min <= real.Max) =>
                $"goes from {Literal.Text(real.Min)} to {Literal.Text(real.Max)}; "
                    + "both must be finite and the first not above the second.",
            Decision.Real { Scale: Scale.Logarithmic, Min: <= 0 } real =>
                $"has a logarithmic scale and begins at {Literal.Text(real.Min)}; begin above 0.",
            _ => null,
        };

    // Whole numbers up to here are exact as long, double and decimal alike.
    const decimal RangeMax = 1_000_000_000_000_000;

    static bool ArePositiveAndAscending(Sequence<Candidate> candidates)
    {
        var last = 0.0;
        foreach (var candidate in candidates)
        {
            if (candidate.Value is not (Literal.Integer or Literal.Real) || !(candidate.Value.Number > last))
                return false;
            last = candidate.Value.Number;
        }
        return true;
    }
}
