using System.Globalization;
using System.Numerics;

namespace EvoNas.Genetics;

/// <summary>The decisions of a search, in order. Immutable; may be shared between threads.</summary>
/// <remarks>Ids, order of slots and sizes follow PyGlove (Peng et al. 2020, arXiv:2101.08809), so that a point found elsewhere can be read here.</remarks>
public sealed partial class SearchSpace
{
    /// <summary>Checks and keeps the decisions.</summary>
    /// <param name="name">What users call the space; <c>[a-z0-9][a-z0-9._-]*</c>.</param>
    /// <param name="decisions">At least one.</param>
    /// <param name="rule">Says why a genotype is no member of the space, or null where it is one. Null: every combination is a member.</param>
    /// <exception cref="RequestException">A decision has no candidate, an empty range, or the name of another.</exception>
    public SearchSpace(string name, Sequence<Decision> decisions, Func<Point, string?>? rule = null)
    {
        (Name, Decisions, Rule) = (name, decisions, rule);
        if (decisions.Count == 0) throw new RequestException($"The space '{name}' has no decisions.", "Give it at least one.");
        CheckTogether(decisions, "");
        IsConditional = decisions.Any(decision => decision.SlotCount > (decision is Decision.ManyOf many ? many.Picks : 1));
    }

    /// <summary>What users call the space.</summary>
    public string Name { get; }

    /// <summary>In the order of the flat vector.</summary>
    public Sequence<Decision> Decisions { get; }

    /// <summary>Says why a point is no member of the space (null where it is); null where every combination is a member.</summary>
    public Func<Point, string?>? Rule { get; }

    /// <summary>True if some decisions exist only under some candidates.</summary>
    public bool IsConditional { get; }

    /// <summary>The exact number of index combinations (a <see cref="Rule"/> is not counted); null where a decision is real, that is where it is infinite.</summary>
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
    /// <exception cref="RequestException">It is too short or too long, or a gene is out of its decision's bounds. A broken <see cref="Rule"/> is not looked at: see <see cref="Fault"/>.</exception>
    public Point Read(Genotype genotype)
    {
        var at = 0;
        var answers = ReadAll(Decisions, "", genotype.Genes, ref at);
        return at == genotype.Genes.Count
            ? new(genotype, answers)
            : throw new RequestException($"A genotype of '{Name}' ends after {at} numbers; this one has {genotype.Genes.Count}.", $"Leave out the last {genotype.Genes.Count - at}.");
    }

    /// <summary>Why this genotype is no member of the space; null where it is one.</summary>
    public string? Fault(Genotype genotype)
    {
        try { return Rule?.Invoke(Read(genotype)); }
        catch (RequestException fault) { return fault.Message; }
    }

    /// <summary>Reads the canonical text: indices with commas between, real decisions as values.</summary>
    /// <exception cref="RequestException">A number cannot be read, is out of bounds, or there are too few or too many.</exception>
    public Genotype Parse(string text)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        var genes = new List<Gene>(words.Length);
        Parse(Decisions, "", words, genes);
        var genotype = new Genotype([.. genes]);
        Read(genotype);
        return genotype;
    }

    /// <summary>How many active decisions two genotypes answer differently; one that is active in only one of them counts once.</summary>
    public int Distance(Genotype a, Genotype b)
    {
        var first = Read(a).Active.ToDictionary(answer => answer.Id, Genes);
        var second = Read(b).Active.ToDictionary(answer => answer.Id, Genes);
        return first.Keys.Union(second.Keys).Count(id => !(first.TryGetValue(id, out var one) && second.TryGetValue(id, out var other) && one == other));

        static Sequence<Gene> Genes(Answer answer) => [.. answer.Picks.Select(pick => pick.Gene)];
    }

    static Sequence<Answer> ReadAll(Sequence<Decision> decisions, string prefix, Sequence<Gene> genes, ref int at)
    {
        var answers = new Answer[decisions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var decision = decisions[i];
            var id = Join(prefix, decision.Name);
            var picks = new Pick[decision is Decision.ManyOf many ? many.Picks : 1];
            for (var place = 0; place < picks.Length; place++)
            {
                if (at >= genes.Count)
                    throw new RequestException($"The genotype ends after {genes.Count} numbers, before decision '{id}'.", "Give one number a decision, depth first.");
                picks[place] = ReadPick(decision, id, place, genes, ref at);
                if (place > 0 && decision is Decision.ManyOf checkedOne) CheckPlace(checkedOne, id, picks, place);
            }
            answers[i] = new(decision, id, [.. picks]);
        }
        return new(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(answers));
    }

    static Pick ReadPick(Decision decision, string id, int place, Sequence<Gene> genes, ref int at)
    {
        var gene = genes[at++];
        if (decision is Decision.Real real)
            return gene.Value >= real.Min && gene.Value <= real.Max
                ? new(Gene.Real(gene.Value), gene.Value, default)
                : throw new RequestException($"'{id}' takes a number from {Literal.Text(real.Min)} to {Literal.Text(real.Max)}, not {gene}.");
        var count = CountOf(decision);
        if (gene.IsReal || gene.Index < 0 || gene.Index >= count)
            throw new RequestException($"'{id}' takes an index from 0 to {count - 1}, not {gene}.");
        if (decision is Decision.Range range) return new(gene, range.At(gene.Index), default);
        var candidate = CandidatesOf(decision)[gene.Index];
        if (candidate.Children.Count == 0) return new(gene, candidate.Value, default);
        var under = decision is Decision.ManyOf { Picks: > 1 } ? $"{id}[{place}][={gene.Index}/{count}]" : $"{id}[={gene.Index}/{count}]";
        return new(gene, candidate.Value, ReadAll(candidate.Children, under, genes, ref at));
    }

    static void CheckPlace(Decision.ManyOf decision, string id, Pick[] picks, int place)
    {
        var index = picks[place].Gene.Index;
        if (decision.Sorted && picks[place - 1].Gene.Index > index)
            throw new RequestException($"'{id}' takes its picks in ascending order; {index} follows {picks[place - 1].Gene}.");
        if (decision.Distinct)
            for (var before = 0; before < place; before++)
                if (picks[before].Gene.Index == index) throw new RequestException($"'{id}' takes every candidate at most once; {index} comes twice.");
    }

    static int Parse(Sequence<Decision> decisions, string prefix, string[] words, List<Gene> genes)
    {
        foreach (var decision in decisions)
            for (var place = 0; place < (decision is Decision.ManyOf many ? many.Picks : 1) && genes.Count < words.Length; place++)
            {
                var word = words[genes.Count];
                if (decision is Decision.Real)
                    genes.Add(double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                        ? Gene.Real(value)
                        : throw new RequestException($"'{Join(prefix, decision.Name)}' takes a number, not '{word}'."));
                else if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= CountOf(decision))
                    throw new RequestException($"'{Join(prefix, decision.Name)}' takes an index from 0 to {CountOf(decision) - 1}, not '{word}'.");
                else
                {
                    genes.Add(index);
                    if (decision is Decision.OneOf or Decision.ManyOf)
                        Parse(CandidatesOf(decision)[index].Children, $"{Join(prefix, decision.Name)}[={index}/{CountOf(decision)}]", words, genes);
                }
            }
        // Words that are left over are kept, so that the length is what Read complains about.
        if (prefix == "") while (genes.Count < words.Length) genes.Add(0);
        return genes.Count;
    }

    internal static int CountOf(Decision decision) => decision is Decision.Range range ? range.Count : CandidatesOf(decision).Count;

    internal static Sequence<Candidate> CandidatesOf(Decision decision) => decision switch
    {
        Decision.OneOf one => one.Candidates,
        Decision.ManyOf many => many.Candidates,
        _ => default,
    };

    internal static string Join(string prefix, string name) =>
        prefix == "" ? name : name == "" ? prefix : name[0] == '[' ? prefix + name : $"{prefix}.{name}";

    static void CheckTogether(Sequence<Decision> decisions, string prefix)
    {
        var seen = new HashSet<string>();
        foreach (var decision in decisions)
        {
            var id = Join(prefix, decision.Name);
            if (!seen.Add(decision.Name)) throw new RequestException($"Two decisions are called '{id}'.", "Give each a name of its own.");
            if (FaultOf(decision) is { } fault) throw new RequestException($"Decision '{id}': {fault}");
            var candidates = CandidatesOf(decision);
            for (var c = 0; c < candidates.Count; c++) CheckTogether(candidates[c].Children, $"{id}[={c}/{candidates.Count}]");
        }
    }

    static string? FaultOf(Decision decision) => decision switch
    {
        Decision.OneOf { Candidates.Count: 0 } or Decision.ManyOf { Candidates.Count: 0 } => "has no candidates; give it at least one.",
        Decision.ManyOf { Picks: < 1 } many => $"picks {many.Picks} candidates; pick at least 1.",
        Decision.ManyOf { Distinct: true } many when many.Picks > many.Candidates.Count =>
            $"picks {many.Picks} distinct candidates of {many.Candidates.Count}; pick at most {many.Candidates.Count}, or let them repeat.",
        Decision.Range { Step: <= 0 } range => $"has step {range.Step}; it must be positive.",
        Decision.Range range when range.Max < range.Min => $"goes from {range.Min} to {range.Max}; the first must not be above the second.",
        Decision.Range range when (range.Max - range.Min) / range.Step >= int.MaxValue => $"has more than {int.MaxValue} numbers; take larger steps.",
        Decision.Range { Scale: Scale.Logarithmic, Min: <= 0 } range => $"has a logarithmic scale and begins at {range.Min}; begin above 0.",
        Decision.Real real when !(double.IsFinite(real.Min) && double.IsFinite(real.Max) && real.Min <= real.Max) =>
            $"goes from {real.Min} to {real.Max}; both must be finite and the first not above the second.",
        Decision.Real { Scale: Scale.Logarithmic, Min: <= 0 } real => $"has a logarithmic scale and begins at {real.Min}; begin above 0.",
        _ => null,
    };
}
