using EvoNas.Genetics;
using EvoNas.Torch.Data;

namespace EvoNas.Torch.Tests.Data;

public class SplitTests
{
    [Fact]
    public void TrainAndValidationShareNoImage()
    {
        var split = Split.Of(100, 60, 30, seed: 4);
        Assert.Equal(90, split.Train.Concat(split.Validation).Distinct().Count());
        Assert.Equal((60, 30), (split.Train.Length, split.Validation.Length));
    }

    [Theory]
    [InlineData(40, 30)]
    [InlineData(41, 0)]
    [InlineData(0, 0)]
    public void WhatJudgesFinalistsIsSharedWithNeither(int train, int heldOut)
    {
        var split = Split.Of(100, train, 30, seed: 4);
        int[] all = [.. split.Train, .. split.Validation, .. split.HeldOut];
        Assert.Equal(heldOut, split.HeldOut.Length);
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(split.HeldOut, Split.Of(100, train, 30, seed: 4).HeldOut);
    }

    [Fact]
    public void ZeroTrainingImagesAreAllThatValidationLeaves() =>
        Assert.Equal(70, Split.Of(100, 0, 30, seed: 4).Train.Length);

    [Fact]
    public void ASeedSplitsAlikeAndAnotherDoesNot()
    {
        Assert.Equal(Split.Of(100, 50, 50, 1).Train, Split.Of(100, 50, 50, 1).Train);
        Assert.NotEqual(Split.Of(100, 50, 50, 1).Train, Split.Of(100, 50, 50, 2).Train);
    }

    [Fact]
    public void AnotherNumberOfTrainingImagesIsJudgedByTheSame() =>
        Assert.Equal(Split.Of(100, 10, 20, 1).Validation, Split.Of(100, 80, 20, 1).Validation);

    [Fact]
    public void MoreThanThereAreIsRefused() =>
        Assert.Contains("100", Assert.Throws<RequestException>(() => Split.Of(100, 90, 20, 1)).Message);

    [Fact]
    public void AnEpochTakesEachImageOnce()
    {
        var epoch = new Augmentation(Shift: 2, Mirror: true).Below(50, SeededRandom.For(1, "epoch 1"));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), epoch.Order.Order());
        Assert.All(epoch.Down.Concat(epoch.Right), shift => Assert.InRange(shift, 0, 4));
        Assert.InRange(epoch.Mirrored.Count(mirrored => mirrored), 10, 40);
    }
}
