using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

/// <summary>What holds for every space: samples and mutants are members, a mutant differs in one decision, text comes
/// back as it went.</summary>
public class ChanceTests
{
    public static TheoryData<string> Spaces => Some.Names;

    [Theory, MemberData(nameof(Spaces))]
    public void SamplesAreMembersAndTheirTextComesBack(string name)
    {
        var space = Some.Space(name);
        for (var birth = 1; birth <= 200; birth++)
        {
            var genotype = space.Sample(Some.SeededRandom(birth));
            Assert.Null(space.Fault(genotype));
            Assert.Equal(genotype, space.Parse(genotype.ToString()));
            Assert.Equal(genotype.Fingerprint, space.Parse(genotype.ToString()).Fingerprint);
        }
    }

    [Theory, MemberData(nameof(Spaces))]
    public void TheSameDieGivesTheSameSampleAndTheSameMutant(string name)
    {
        var space = Some.Space(name);
        var parent = space.Sample(Some.SeededRandom(1));
        Assert.Equal(parent, space.Sample(Some.SeededRandom(1)));
        Assert.Equal(space.Mutate(parent, Some.SeededRandom(2)), space.Mutate(parent, Some.SeededRandom(2)));
    }

    // Goal: a mutation is one decision. Method: follow 300 generations; take parent and child apart decision by
    // decision, leave out the one that the mutation names with everything under it, and compare the rest.
    [Theory, MemberData(nameof(Spaces))]
    public void AMutantDiffersFromItsParentInExactlyTheDecisionThatIsNamed(string name)
    {
        var space = Some.Space(name);
        var parent = space.Sample(Some.SeededRandom(1));
        for (var birth = 2; birth <= 300; birth++)
        {
            var mutation = space.Mutate(parent, Some.SeededRandom(birth));
            var (before, after) = (space.Read(parent), space.Read(mutation.Child));
            Assert.Null(space.Fault(mutation.Child));
            Assert.NotEqual(parent, mutation.Child);
            Assert.Equal(mutation.From, before[mutation.Decision].Value.ToString());
            Assert.Equal(mutation.To, after[mutation.Decision].Value.ToString());
            Assert.Equal(Rest(before, mutation.Decision), Rest(after, mutation.Decision));
            Assert.NotEqual(0, space.Distance(parent, mutation.Child));
            Assert.InRange(space.Distance(parent, mutation.Child), 1, 2 * space.SlotCount);
            if (!space.IsConditional)
                Assert.Equal(1, space.Distance(parent, mutation.Child));
            parent = mutation.Child;
        }
    }

    [Theory, MemberData(nameof(Spaces))]
    public void EveryActiveDecisionWithAnotherValueMutatesSometimes(string name)
    {
        var space = Some.Space(name);
        if (space.Rule is not null || space.Decisions.Count > 20)
            return;
        var parent = space.Sample(Some.SeededRandom(1));
        var mutated = Enumerable
            .Range(1, 1000)
            .Select(birth => space.Mutate(parent, Some.SeededRandom(birth)).Decision)
            .ToHashSet();
        var open = space
            .Read(parent)
            .Active.Where(answer =>
                answer.Decision is not Decision.OneOf { Candidates.Count: 1 }
                && !(
                    answer.Decision is Decision.ManyOf { Sorted: true, Distinct: true } many
                    && many.Picks == many.Candidates.Count
                )
            );
        Assert.Equal(open.Select(answer => answer.Id).Order(), mutated.Order());
    }

    [Fact]
    public void CopiesThatStayKeepTheirAnswersWhenTheirNumberMutates()
    {
        SearchSpace space = new(
            "repeat",
            [
                Decision.Repeated(
                    "n",
                    0,
                    4,
                    i => [new Decision.Range($"[{i}].k", 0, 9999), new Decision.Range($"[{i}].w", 0, 9999)]
                ),
            ]
        );
        for (var birth = 1; birth <= 200; birth++)
        {
            var parent = space.Sample(Some.SeededRandom(birth));
            var mutation = space.Mutate(parent, Some.SeededRandom(birth, draw: 1));
            if (mutation.Decision != "n")
                continue;
            var (before, after) = (parent.Genes.Count / 2, mutation.Child.Genes.Count / 2);
            Assert.Equal(
                parent.Genes.Skip(1).Take(2 * Math.Min(before, after)),
                mutation.Child.Genes.Skip(1).Take(2 * Math.Min(before, after))
            );
            Assert.Equal(1 + 2 * Math.Abs(before - after), space.Distance(parent, mutation.Child));
        }
    }

    [Fact]
    public void MutantsOfAPermutationExchangeTwo()
    {
        SearchSpace space = new("order", [new Decision.ManyOf("p", 4, ["a", "b", "c", "d"])]);
        var mutants = Enumerable
            .Range(1, 200)
            .Select(birth => space.Mutate(Genotype.Of(0, 1, 2, 3), Some.SeededRandom(birth)).Child)
            .ToHashSet();
        Assert.Equal(6, mutants.Count);
        Assert.All(
            mutants,
            mutant =>
                Assert.Equal(
                    2,
                    mutant.Genes.Zip(Genotype.Of(0, 1, 2, 3).Genes).Count(pair => pair.First != pair.Second)
                )
        );
    }

    [Fact]
    public void ALogarithmicRangeIsDrawnByFactors()
    {
        // 8 … 1024 in steps of 8: seven octaves above 8, and 8 itself stands for the octave below.
        SearchSpace space = new("w", [new Decision.Range("w", 8, 1024, 8, Scale.Logarithmic)]);
        var octaves = new int[8];
        for (var birth = 1; birth <= 16_000; birth++)
        {
            var width = space.Read(space.Sample(Some.SeededRandom(birth))).Answers[0].Whole;
            octaves[(int)Math.Ceiling(Math.Log2(width / 8.0))]++;
        }
        Assert.All(octaves, count => Assert.InRange(count, 1800, 2200));
    }

    [Fact]
    public void AListOfNumbersIsDrawnByFactorsToo()
    {
        SearchSpace space = new("g", [new Decision.OneOf("g", [1, 2, 4, 8, 16, 24, 32], Scale.Logarithmic)]);
        var counts = new int[7];
        for (var birth = 1; birth <= 12_000; birth++)
            counts[space.Sample(Some.SeededRandom(birth)).Genes[0].Index]++;
        for (var i = 0; i < 5; i++)
            Assert.InRange(counts[i], 1800, 2200);
        Assert.InRange(counts[5] + counts[6], 1800, 2200);
    }

    [Fact]
    public void ARuleThatNothingKeepsIsAnErrorAndNotAnEndlessLoop()
    {
        SearchSpace space = new("none", [Decision.Among("x", 1, 2)], _ => "never");
        Assert.Contains("10000", Assert.Throws<RequestException>(() => space.Sample(Some.SeededRandom(1))).Message);
        Assert.Contains(
            "rule",
            Assert.Throws<RequestException>(() => space.Mutate(Genotype.Of(0), Some.SeededRandom(1))).Message
        );
        Assert.Null(space.TrySample(Some.SeededRandom(1)));
        Assert.Null(space.TryMutate(Genotype.Of(0), Some.SeededRandom(1)));
    }

    [Fact]
    public void ASinglePointCannotMutate()
    {
        SearchSpace space = new("one", [Decision.Among("x", 1)]);
        Assert.Contains(
            "single point",
            Assert.Throws<RequestException>(() => space.Mutate(Genotype.Of(0), Some.SeededRandom(1))).Message
        );
        Assert.Null(space.TryMutate(Genotype.Of(0), Some.SeededRandom(1)));
    }

    static string[] Rest(Point point, string mutated) =>
        [
            .. point
                .Active.Where(answer =>
                    answer.Id != mutated && !answer.Id.StartsWith(mutated + "[", StringComparison.Ordinal)
                )
                .Select(answer => $"{answer.Id}: {string.Join(' ', answer.Picks.Select(pick => pick.Gene))}"),
        ];
}
