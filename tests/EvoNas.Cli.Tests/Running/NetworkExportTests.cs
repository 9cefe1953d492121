namespace EvoNas.Cli.Tests.Running;

public sealed class NetworkExportTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    static readonly string[] Network = ["export", "--space", "regnet-x", "--genotype", "RegNetX-32"];

    string At(string name) => Path.Combine(_some.Home, name);

    [Fact]
    public void ANetworkIsWrittenInEveryFormat()
    {
        var said = _some.Said([
            .. Network,
            "--onnx",
            At("net.onnx"),
            "--safetensors",
            At("net.safetensors"),
            "--pytorch",
            At("net.py"),
        ]);

        foreach (var file in (string[])["net.onnx", "net.safetensors", "net.py"])
        {
            Assert.Contains($"{At(file)}: ", said);
            Assert.True(new FileInfo(At(file)).Length > 1000);
        }
        Assert.Empty(Directory.GetFiles(_some.Home, "*.partial"));
    }

    [Fact]
    public void WeightsOfAFileGoIntoAnother()
    {
        _some.Said([.. Network, "--safetensors", At("one.safetensors"), "--seed", "5"]);

        var said = _some.Said([.. Network, "--weights", At("one.safetensors"), "--safetensors", At("two.safetensors")]);

        Assert.DoesNotContain("not trained", said);
        var (one, two) = (File.ReadAllBytes(At("one.safetensors")), File.ReadAllBytes(At("two.safetensors")));
        Assert.Equal(one.AsSpan(^1000..), two.AsSpan(^1000..));
    }

    [Fact]
    public void ItIsSaidThatWeightsAreNotTrained() =>
        Assert.Contains("not trained", _some.Said([.. Network, "--onnx", At("net.onnx")]));

    [Theory]
    [InlineData("evonas export needs to know what to write.", "export", "--space", "regnet-x")]
    [InlineData("evonas export needs a network.", "export", "--onnx", "x.onnx")]
    [InlineData("evonas export needs a network.", "export", "--space", "regnet-x", "--onnx", "x.onnx")]
    [InlineData(
        "'randaugment_detection' has no networks to export.",
        "export",
        "--space",
        "randaugment_detection",
        "--genotype",
        "random",
        "--onnx",
        "x.onnx"
    )]
    [InlineData("There is no search called 'night'", "export", "night", "--onnx", "x.onnx")]
    public void ARequestThatMissesSomethingIsRefused(string why, params string[] words)
    {
        var (code, _, error) = _some.Run(words);

        Assert.Equal(2, code);
        Assert.Contains(why, error);
        Assert.False(File.Exists("x.onnx"));
    }

    [Fact]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        _some.Said([.. Network, "--safetensors", At("one.safetensors")]);

        var (code, _, error) = _some.Run(
            "export",
            "--space",
            "regnet-x",
            "--genotype",
            "RegNetX-200MF",
            "--weights",
            At("one.safetensors"),
            "--onnx",
            At("two.onnx")
        );

        Assert.Equal(2, code);
        Assert.Contains("another network", error);
        Assert.False(File.Exists(At("two.onnx")));
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsNamed()
    {
        var (code, _, error) = _some.Run([.. Network, "--onnx", At("none/net.onnx")]);

        Assert.Equal(2, code);
        Assert.Contains("cannot be written", error);
    }
}
