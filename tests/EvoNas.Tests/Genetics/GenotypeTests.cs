using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

public class GenotypeTests
{
    // Fingerprints are stored: changing one is a decision.
    [Theory]
    [InlineData("0", 15987765091796458134UL)]
    [InlineData("0,0", 7095556054124150343UL)]
    [InlineData("3,1,2", 7735912404931601614UL)]
    public void FingerprintsAreForEver(string genes, ulong fingerprint) =>
        Assert.Equal(fingerprint, Genotype.Of([.. genes.Split(',').Select(int.Parse)]).Fingerprint);

    [Fact]
    public void AnIndexIsNotTheRealNumberThatLooksLikeIt()
    {
        Genotype index = new([Gene.Of(1)]),
            real = new([Gene.Real(1)]);
        Assert.NotEqual(index, real);
        Assert.NotEqual(index.Fingerprint, real.Fingerprint);
        Assert.Equal(("1", "1.0"), (index.ToString(), real.ToString()));
    }

    [Fact]
    public void MinusZeroIsZero()
    {
        Genotype plus = new([Gene.Real(0)]),
            minus = new([Gene.Real(-0.0)]);
        Assert.Equal(plus, minus);
        Assert.Equal(plus.Fingerprint, minus.Fingerprint);
        Assert.Equal(plus.ToString(), minus.ToString());
    }

    [Fact]
    public void AHundredThousandGenotypesHaveFingerprintsOfTheirOwn()
    {
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 100_000; i++)
            Assert.True(
                seen.Add(Genotype.Of(i % 10, i / 10 % 10, i / 100 % 10, i / 1000 % 10, i / 10_000).Fingerprint)
            );
    }
}
