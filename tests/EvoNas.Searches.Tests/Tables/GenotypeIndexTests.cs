using EvoNas.Genetics;
using EvoNas.Searches.Tables;

namespace EvoNas.Searches.Tests.Tables;

public class GenotypeIndexTests
{
    public static TheoryData<int, int> Choices => new() { { 3, 10 }, { 12, 40 } };

    [Theory]
    [MemberData(nameof(Choices))]
    public void EveryGenotypeHasTheNumberThatItWasGiven(int places, int choices)
    {
        var index = new GenotypeIndex([.. Enumerable.Repeat(choices, places)]);
        var random = SeededRandom.For(1, "index");
        var given = new Dictionary<Genotype, int>();
        var indices = new int[places];
        for (var i = 0; i < 5_000; i++)
        {
            for (var place = 0; place < places; place++)
                indices[place] = random.Below(choices);
            var genotype = Genotype.Of(indices);

            var isNew = i % 2 == 0 ? index.TryAdd(indices) : index.TryAdd(genotype);

            Assert.Equal(given.TryAdd(genotype, given.Count), isNew);
        }
        Assert.Equal(given.Count, index.Count);
        Assert.All(given, pair => Assert.Equal(pair.Value, index.Find(pair.Key)));
        Assert.Null(index.Find(Genotype.Of([.. Enumerable.Repeat(0, places - 1)])));
        Assert.Null(index.Find(Genotype.Of([.. Enumerable.Repeat(choices, places)])));
    }

    [Fact]
    public void GenotypesOfAnyLengthAndWithRealsAreToldApart()
    {
        var index = new GenotypeIndex(default);
        Genotype[] genotypes =
        [
            .. Enumerable.Range(1, 600).Select(length => Genotype.Of([.. Enumerable.Range(0, 50 * length)])),
            .. Enumerable.Range(0, 1_000).Select(i => new Genotype([Gene.Of(1), Gene.Real(i / 1000.0)])),
            new([Gene.Real(1)]),
            Genotype.Of(1),
            Genotype.Of(300_000),
        ];

        Assert.All(genotypes, genotype => Assert.True(index.TryAdd(genotype)));

        Assert.All(genotypes, genotype => Assert.False(index.TryAdd(genotype)));
        Assert.All(genotypes.Index(), one => Assert.Equal(one.Index, index.Find(one.Item)));
    }
}
