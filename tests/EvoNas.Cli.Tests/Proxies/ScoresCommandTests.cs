using System.Text.Json.Nodes;
using EvoNas.Cli.Tests.Processes;
using EvoNas.Torch.Tests.Support;

namespace EvoNas.Cli.Tests.Proxies;

/// <summary>Zero-cost scores by the program itself: torch is loaded in a process of its own.</summary>
public sealed class ScoresCommandTests : IDisposable
{
    static readonly string[] Short =
    [
        "--image-side",
        "32",
        "--train-images",
        "8",
        "--validation-images",
        "8",
        "--batch-size",
        "8",
    ];

    readonly Some _some = new();
    readonly TinySet _images = new TinySet().WithFashionMnist(train: 24, test: 4);

    public void Dispose()
    {
        _some.Dispose();
        _images.Dispose();
    }

    async Task<string> Said(params string[] args)
    {
        using var program = ProgramTests.Start(_some, [.. args, "--data", _images.Root]);
        var (said, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync().WaitAsync(ProgramTests.Patience);
        Assert.True(program.ExitCode == 0, $"{await said}\n{await error}");
        return await said;
    }

    [Fact]
    public async Task ScoresOfASearchAreComparedWithItsTrainings()
    {
        await Said([
            "search",
            "--name",
            "night",
            "--space",
            "mnasnet",
            "--limit",
            "parameters<=1M",
            "--population",
            "3",
            "--budget",
            "4",
            "--slots",
            "1",
            "--epochs",
            "1",
            "--measure-latency",
            "false",
            "--devices",
            "cpu",
            .. Short,
        ]);

        string[] ask = ["proxy", "scores", "--search", "night", "--device", "cpu", "--scores"];
        var answer = JsonNode.Parse(await Said([.. ask, "snip,madds", "--json"]))!;

        var networks = answer["networks"]!.AsArray();
        Assert.Equal(4, networks.Count);
        Assert.All(networks, one => Assert.NotNull((double?)one!["fitness"]));
        Assert.All(networks, one => Assert.True((double)one!["scores"]![1]!["value"]! > 0));
        Assert.Equal(["snip", "madds"], answer["agreement"]!.AsArray().Select(one => (string)one!["name"]!));
        Assert.Equal(4, (int)answer["agreement"]![1]!["networks"]!);
        Assert.Contains("SPEARMAN", await Said([.. ask, "madds"]));
    }

    [Fact]
    public async Task TheSameSeedDrawsTheSameNetworksWithTheSameScores()
    {
        string[] ask =
        [
            "proxy",
            "scores",
            "--space",
            "mnasnet",
            "--sample",
            "2",
            "--scores",
            "parameters,synflow",
            "--device",
            "cpu",
            "--json",
            .. Short,
        ];
        var (one, two) = (JsonNode.Parse(await Said(ask))!, JsonNode.Parse(await Said(ask))!);

        Assert.Null(one["agreement"]);
        Assert.Equal(2, Values(one).Length);
        Assert.Equal(Values(one), Values(two));

        static (string, double, double)[] Values(JsonNode answer) =>
            [
                .. answer["networks"]!
                    .AsArray()
                    .Select(network =>
                        (
                            (string)network!["genotype"]!,
                            (double)network["scores"]![0]!["value"]!,
                            (double)network["scores"]![1]!["value"]!
                        )
                    ),
            ];
    }

    [Theory]
    [InlineData("evonas proxy scores needs networks")]
    [InlineData("name other networks", "--space", "mnasnet", "--search", "night")]
    [InlineData("Did you mean 'synflow'?", "--space", "mnasnet", "--scores", "synflo")]
    public void BadRequestsSayWhatIsWrong(string said, params string[] args)
    {
        var (code, _, error) = _some.Run(["proxy", "scores", .. args]);
        Assert.NotEqual(0, code);
        Assert.Contains(said, error);
    }

    [Fact]
    public void ASearchByTableHasNothingToScore()
    {
        _some.Said(["search", "--name", "cube", .. _some.Search, "--budget", "8", "--population", "4"]);
        var (code, _, error) = _some.Run("proxy", "scores", "--search", "cube");
        Assert.NotEqual(0, code);
        Assert.Contains("'cube' trains no networks of its space", error);
    }
}
