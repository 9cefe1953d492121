using EvoNas.Genetics;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

public class CostControlTests
{
    [Fact]
    public void EverySpaceHasTheSameWeightInEveryBin()
    {
        double[] cheap = [.. Enumerable.Range(0, 60).Select(i => 1e6 * Math.Exp(3 * Math.Pow(i / 59.0, 3)))],
            dear = [.. Enumerable.Range(0, 40).Select(i => 1e6 * Math.Exp(3 * Math.Pow(i / 39.0, 0.3)))];

        var weights = CostControl.Weights([cheap, dear], out var bins)!; // Both reach from 1e6 to 20e6.

        Assert.InRange(bins, 2, 8);
        // The bins are eight equal factors.
        double[] In(double[] costs, double[] own) =>
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(bin =>
                        costs.Zip(own).Where(pair => BinOf(pair.First) == bin).Sum(pair => Math.Round(pair.Second, 12))
                    ),
            ];
        foreach (var (one, other) in In(cheap, weights[0]).Zip(In(dear, weights[1])))
            Assert.Equal(one, other, 9);
        Assert.All(weights, own => Assert.Equal(1, own.Sum(), 9));

        static int BinOf(double cost) => Math.Min(7, (int)(Math.Log(cost / 1e6) / 3 * 8));
    }

    // Error falls with cost and with nothing else: a space of larger networks looks better until costs are made equal.
    [Fact]
    public void ASpaceOfLargerNetworksIsNoBetterAtEqualCost()
    {
        var random = SeededRandom.For(4, "cost control");
        double[] Costs(double power) =>
            [.. Enumerable.Range(0, 300).Select(_ => 1e6 * Math.Exp(2 * Math.Pow(random.Unit(), power)))];
        var (small, large) = (Costs(2), Costs(0.5));
        double Error(double cost) => 1 - 0.04 * Math.Log(cost) + 0.01 * random.Unit();
        double[] smallErrors = [.. small.Select(Error)],
            largeErrors = [.. large.Select(Error)];

        var plain = ErrorDistribution.Compare(ErrorDistribution.Of(smallErrors), ErrorDistribution.Of(largeErrors));
        var weights = CostControl.Weights([small, large], out _)!; // They overlap.
        var controlled = ErrorDistribution.Compare(
            ErrorDistribution.Of(smallErrors.Zip(weights[0])),
            ErrorDistribution.Of(largeErrors.Zip(weights[1]))
        );

        Assert.True(plain.IsSignificant && plain.Sign < 0);
        Assert.False(controlled.IsSignificant);
    }

    [Fact]
    public void SpacesWithoutACommonCostHaveNoWeights()
    {
        Assert.Null(
            CostControl.Weights(
                [
                    [1, 2, 3],
                    [4, 5, 6],
                ],
                out _
            )
        );
        Assert.Null(
            CostControl.Weights(
                [
                    [1, 2, 3],
                    [double.NaN],
                ],
                out _
            )
        );
    }

    [Fact]
    public void ANetworkOfUnknownCostWeighsNothing()
    {
        var weights = CostControl.Weights(
            [
                [1, double.NaN, 2],
                [1, 2, 2],
            ],
            out _
        )!; // They overlap.

        Assert.Equal([0.5, 0, 0.5], weights[0]);
    }
}
