namespace EvoNas.Cli.Tests.Running;

/// <summary>A test whose search would train on images; skipped, with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ImagesTheoryAttribute : TheoryAttribute
{
    public ImagesTheoryAttribute() =>
        Skip = Directory.Exists("/usr/share/datasets/fashion-mnist")
            ? null
            : "Fashion-MNIST is not installed (Debian: apt-get install dataset-fashion-mnist).";
}

/// <summary>A search that could never run is not begun: its name stays free.</summary>
public class RefusedSearchesTests
{
    [ImagesTheory]
    [InlineData("--validation-images", "0", "validation-images is 0")]
    [InlineData("--precision", "float16", "Float16 is for a GPU")]
    [InlineData("--validation-images", "59999", "the training set has 60000")]
    public void WhatEveryWorkerRefusesIsRefusedBeforeTheSearchExists(string option, string value, string reason)
    {
        using var some = new Some();
        string[] search = ["search", "--name", "night", "--steps", "1", "--budget", "1", "--devices", "cpu"];

        var (code, _, error) = some.Run([.. search, "--train-images", "1000", option, value]);

        Assert.Equal(2, code);
        Assert.Contains(reason, error);
        Assert.Contains("the name is free", error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches", "night")));
    }
}
