using System.Text.Json.Nodes;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces;

public class SpacesCommandTests
{
    [Fact]
    public void TheListHasExactSizesAsText()
    {
        using var some = new Some();

        var spaces = some.Json("spaces", "list").AsArray();

        var mnasnet = Assert.Single(spaces, space => (string?)space!["name"] == "mnasnet")!;
        Assert.Equal("9749755840167936", (string?)mnasnet["size"]);
        Assert.Equal(42, (int?)mnasnet["decisions"]);
        Assert.Equal(42, (int?)mnasnet["slots"]);
        Assert.Equal("classification", (string?)mnasnet["task"]);
        Assert.Equal(spaces.ToJsonString(), some.Json("spaces").ToJsonString());
    }

    [Fact]
    public void TheListNamesTaskDecisionsSizeAndSource()
    {
        using var some = new Some();

        Assert.Matches(
            @"(?m)^mnasnet +classification +42 +10\^16\.0 +seven groups .* +Tan et al\. 2019, arXiv:1807\.11626$",
            some.Said("spaces")
        );
    }

    [Fact]
    public void APublishedNetworkHasItsPublishedCost()
    {
        using var some = new Some();

        var network = some.Json("spaces", "describe", "regnet-x", "RegNetX-200MF");

        Assert.Equal(2_684_792, (long?)network["parameters"]);
        Assert.Equal(13, (long?)network["values"]!["depth"]);
        Assert.Equal("""[{"name":"logits","shape":[1000]}]""", network["outputs"]!.ToJsonString());
        foreach (
            var field in (string[])
                [
                    "genotype",
                    "specification",
                    "buffers",
                    "multiplyAdds",
                    "biasAdds",
                    "activations",
                    "peakActivationBytes",
                ]
        )
            Assert.NotNull(network[field]);
    }

    [Fact]
    public void ValuesAndNumbersDescribeTheSame()
    {
        using var some = new Some();
        var byName = some.Json("spaces", "describe", "regnet-x", "RegNetX-200MF");

        var byValues = some.Json("spaces", "describe", "regnet-x", "--values", byName["values"]!.ToJsonString());
        // It was asserted to be there.
        var byNumbers = some.Json("spaces", "describe", "regnet-x", (string)byName["genotype"]!);
        var byObject = some.Json("spaces", "describe", "regnet-x", byName["choices"]!.ToJsonString());

        Assert.Equal(byName.ToJsonString(), byObject.ToJsonString());
        Assert.Equal(byName.ToJsonString(), byValues.ToJsonString());
        Assert.Equal(byName.ToJsonString(), byNumbers.ToJsonString());
    }

    [Fact]
    public void AnotherTargetMakesAnotherNetwork()
    {
        using var some = new Some();

        var network = some.Json(
            "spaces",
            "describe",
            "regnet-x",
            "RegNetX-200MF",
            "--resolution",
            "32",
            "--channels",
            "1",
            "--classes",
            "10"
        );

        Assert.Equal("[1,32,32]", network["input"]!.ToJsonString());
        Assert.Equal("[10]", network["outputs"]![0]!["shape"]!.ToJsonString());
    }

    [Fact]
    public void ManyGenotypesAreAnsweredLineByLineFaultsInTheirPlace()
    {
        using var some = new Some();

        var (code, said, error) = some.RunAt(
            null,
            "0,0,0,1\n# comment\n\n9,9\n2,2,2,2\n",
            "spaces",
            "describe",
            some.Space,
            "--stdin"
        );

        // Each is an object.
        var lines = said.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["0,0,0,1", "9,9", "2,2,2,2"], lines.Select(line => (string?)line["genotype"]));
        Assert.Equal(
            [null, "'a' takes an index from 0 to 2, not '9'.", null],
            lines.Select(line => (string?)line["error"])
        );
        Assert.Null(lines[0]["parameters"]);
        Assert.Equal("y", (string?)lines[0]["values"]!["d"]);
        Assert.Equal(2, code);
        Assert.Equal("error: 1 line could not be read; their answers have an \"error\".\n", error);
    }

    [Fact]
    public void ARangeThatDoesNotReachItsEndIsSaid()
    {
        using var some = new Some();
        File.WriteAllText(
            some.Space,
            """
            { "name": "steps", "decisions": [
                { "name": "lr", "float": { "min": 0.1, "max": 1, "step": 0.4 } },
                { "name": "dropout", "float": { "min": 0, "max": 0.5, "step": 0.1 } },
                { "name": "op", "one_of": [
                    "pool",
                    { "value": "conv", "decisions": [
                        { "name": "width", "integer": { "min": 8, "max": 30, "step": 8 } } ] } ] } ] }
            """
        );

        var (code, _, warnings) = some.Run("sample", some.Space);
        var shown = some.Said("spaces", "show", some.Space);

        Assert.Equal(0, code);
        Assert.Equal(
            "warning: 'lr' goes from 0.1 to 1 in steps of 0.4: its last number is 0.9.\n"
                + "warning: 'op[=1/2].width' goes from 8 to 30 in steps of 8: its last number is 24.\n",
            warnings
        );
        Assert.Contains("lr  one of 3  0.1 to 1 in steps of 0.4, the last is 0.9\n", shown);
        Assert.Contains("dropout  one of 6  0 to 0.5 in steps of 0.1\n", shown);
        Assert.Contains("width  one of 3  8 to 30 in steps of 8, the last is 24\n", shown);
    }

    [Fact]
    public void ManyRangesThatDoNotReachTheirEndsAreCutShort()
    {
        using var some = new Some();
        File.WriteAllText(
            some.Space,
            """
            { "name": "steps", "decisions": [
                { "name": "block", "repeat": 9, "decisions": [
                    { "name": "w", "integer": { "min": 1, "max": 6, "step": 2 } } ] } ] }
            """
        );

        var warnings = some.Run("sample", some.Space).Error.TrimEnd('\n').Split('\n');

        Assert.Equal(5, warnings.Length);
        Assert.Equal("warning: 5 more ranges do not reach their ends either.", warnings[^1]);
    }

    [Fact]
    public void EveryRangeOfTheCatalogReachesItsEnd() =>
        Assert.All(SpaceCatalog.All, space => Assert.Empty(SpaceRemarks.Of(space)));

    [Fact]
    public void ASpaceOfOneDecisionIsCountedInTheSingular()
    {
        using var some = new Some();
        File.WriteAllText(some.Space, """{ "name": "one", "decisions": [ { "name": "a", "one_of": [7] } ] }""");

        var shown = some.Said("spaces", "show", some.Space);

        Assert.StartsWith("one  1 decision\n", shown);
        Assert.Contains("; 1 decision, 1 slot, 1 point\n", shown);
    }

    [Fact]
    public void TheTreeOfASpaceShowsConditions()
    {
        using var some = new Some();
        File.WriteAllText(
            some.Space,
            """
            { "name": "conditional", "decisions": [
                { "name": "op", "one_of": [
                    "pool",
                    { "value": "conv", "decisions": [ { "name": "kernel", "one_of": [3, 5] } ] } ] } ] }
            """
        );

        var shown = some.Said("spaces", "show", some.Space);

        Assert.Contains("op  one of 2  'pool' 'conv'", shown);
        Assert.Contains("if 1 = 'conv'", shown);
        Assert.Contains("kernel  one of 2  3 5", shown);
    }

    [Fact]
    public void ASampleIsTheSameForTheSameSeedAndKeepsItsBounds()
    {
        using var some = new Some();
        string[] command =
        [
            "sample",
            "regnet-x",
            "--count",
            "5",
            "--seed",
            "3",
            "--where",
            "madds<=600M",
            "--where",
            "parameters>=1M",
            "--json",
        ];

        var first = some.Said(command);

        Assert.Equal(first, some.Said(command));
        // Each is an object.
        var lines = first.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.InRange((long)line["madds"]!, 1, 600_000_000));
        Assert.All(lines, line => Assert.True((long)line["parameters"]! >= 1_000_000));
    }

    [Fact]
    public void SamplesAsCsvHaveOneHead()
    {
        using var some = new Some();

        var lines = some.Said("sample", "mnasnet", "--count", "2", "--csv").TrimEnd('\n').Split('\n');

        Assert.Equal("genotype,activations,madds,parameters,peakActivationBytes", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void WithoutATerminalASampleIsGenotypesAndCostsThatDescribeReads()
    {
        using var some = new Some();

        var said = some.Said("sample", "regnet-x", "--count", "3", "--where", "madds<=600M");
        var (code, described, _) = some.RunAt(null, said, "spaces", "describe", "regnet-x", "--stdin");

        var lines = said.TrimEnd('\n').Split('\n');
        Assert.Equal("# genotype\tactivations\tmadds\tparameters\tpeakActivationBytes", lines[0]);
        Assert.Equal(0, code);
        Assert.Equal(
            lines[1..],
            described
                .TrimEnd('\n')
                .Split('\n')
                .Select(line => JsonNode.Parse(line)!)
                .Select(network => // Each is an object that has them.
                    $"{network["genotype"]}\t{network["activations"]}\t{network["multiplyAdds"]}\t"
                    + $"{network["parameters"]}\t{network["peakActivationBytes"]}"
                )
        );
    }

    [Fact]
    public void WithoutNetworksASampleIsNothingButGenotypes()
    {
        using var some = new Some();

        Assert.All(
            some.Said("sample", some.Space, "--count", "4").TrimEnd('\n').Split('\n'),
            line => Assert.Matches(@"\A[0-2](,[0-2]){3}\z", line)
        );
    }

    [Fact]
    public void APointOfASpaceOfPoliciesShowsItsPolicy()
    {
        using var some = new Some();

        var described = some.Json("spaces", "describe", "randaugment_detection", "1,4");
        var said = some.Said("spaces", "describe", "autoaugment_detection", "random");

        Assert.Equal(2, (int?)described["policy"]!["num_choices"]);
        Assert.Equal("Solarize", (string?)described["policy"]!["choice"]![1]!["op"]);
        Assert.Null(described["parameters"]);
        Assert.Contains("5 of 5", said);
        Assert.Equal(
            10,
            said.Split('\n')
                .Count(line =>
                    System.Text.RegularExpressions.Regex.IsMatch(
                        line,
                        @"\b(Equalize|Solarize|Color|Cutout|Translate|Shear|Rotate|Sharpness|Flip)"
                    )
                )
        );
        Assert.Equal(3, some.Said("sample", "randaugment_detection", "--count", "3").TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData(40), InlineData(60), InlineData(100), InlineData(200)]
    public void TablesFitTheTerminal(int width)
    {
        using var some = new Some();

        var (_, said, _) = some.RunAt(width, "", "spaces", "list");

        // Names and numbers are never cut; what is left is for the summary, of which eight messages stay.
        Assert.All(said.Split('\n'), line => Assert.True(Plain(line).Length <= Math.Max(width, 80), line));
    }

    static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;]*m", "");

    [Fact]
    public void ASpaceOfAClassLibraryIsDescribedDrawnAndSampled()
    {
        using var some = new Some();

        var described = some.Json("spaces", "describe", Library + "#LadderSpace.Ladder", "0,1,1,2");

        Assert.Equal("ladder", (string?)described["space"]);
        // 16 channels of stem, then 2 stages of 2 blocks of 16 and 32: 3×3 convolutions, projections where a stage
        // begins, two numbers a normalised channel, the head.
        Assert.Equal(
            3 * 9 * 16
                + 32
                + (2 * 9 * 256 + 64 + 256 + 32)
                + (2 * 9 * 256 + 64)
                + (9 * 512 + 9 * 1024 + 128 + 512 + 64)
                + (2 * 9 * 1024 + 128)
                + 32 * 10
                + 10,
            (long?)described["parameters"]
        );
        Assert.Equal(
            1 + 20,
            some.Said("sample", Library + "#Ladder", "--count", "20").TrimEnd('\n').Split('\n').Length
        );
    }

    [Theory]
    [
        InlineData("#Lader", "there is no type of 'LadderSpace.dll' with a space called 'Lader'"),
        InlineData("x.dll#Ladder", "There is no file")
    ]
    public void ALibraryWithoutTheTypeIsRefused(string written, string said)
    {
        using var some = new Some();

        var (code, _, error) = some.Run(
            "spaces",
            "describe",
            written[0] == '#' ? Library + written : written,
            "random"
        );

        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void TheSchemaNamesEveryBlockAndParameter()
    {
        using var some = new Some();

        var schema = System.Text.Json.Nodes.JsonNode.Parse(some.Said("spaces", "schema"))!; // Said by us.

        var layer = schema["$defs"]!["layer"]!["properties"]!.AsObject();
        Assert.Equal(["block", .. EvoNas.Spaces.CustomSpace.LayerParameters], layer.Select(property => property.Key));
        Assert.Equal(
            EvoNas.Spaces.CustomSpace.Blocks,
            layer["block"]!["oneOf"]![0]!["enum"]!.AsArray().Select(block => (string)block!)
        );
    }

    [Fact]
    public void ANetworkIsCalledAsItWasAskedFor()
    {
        using var some = new Some();

        Assert.StartsWith(
            "SpineNet-143  spinenet 1,1,",
            some.Said("spaces", "describe", "spinenet", "spinenet-143", "--resolution", "128")
        );
        Assert.StartsWith(
            "nas-bench-macro  0,1,2",
            some.Said("spaces", "describe", SourceTree.At("examples", "nas-bench-macro.json"), "01201210")
        );
    }

    [Fact]
    public void LinesMayBeGenotypesNamesOrValues()
    {
        using var some = new Some();
        // A description has them.
        var values = some.Json("spaces", "describe", "regnet-x", "RegNetX-200MF")["values"]!.ToJsonString();

        var (code, said, _) = some.RunAt(
            null,
            $"12,2,3544,990,3,3\nregnetx-200mf\n{values}\n",
            "spaces",
            "describe",
            "regnet-x",
            "--stdin",
            "--json"
        );

        Assert.Equal(0, code);
        Assert.Equal(
            [2_684_792L, 2_684_792, 2_684_792],
            said.TrimEnd('\n').Split('\n').Select(line => (long)JsonNode.Parse(line)!["parameters"]!)
        ); // Each is an object that has it.
    }

    [Theory]
    [InlineData("A GENOTYPE and --stdin are given.", "spaces", "describe", "regnet-x", "RegNetX-200MF", "--stdin")]
    [InlineData(
        "'autoaugment_detection' has no networks for --profile to change.",
        "spaces",
        "describe",
        "autoaugment_detection",
        "random",
        "--profile",
        "x"
    )]
    [InlineData(
        "'randaugment_detection' is a space of policies: its genotypes have no cost for --where.",
        "sample",
        "randaugment_detection",
        "--where",
        "madds<=1M"
    )]
    [InlineData(
        "the cost of a network over [N, 4, 65536, 65536, 65536] is beyond 64 bits.",
        "spaces",
        "describe",
        "unet3d_encoder",
        "random",
        "--resolution",
        "65536"
    )]
    [InlineData("A policy is not drawn as '.svg'.", "spaces", "draw", "randaugment_detection", "--output", "x.svg")]
    [InlineData("--json and --csv are given.", "sample", "regnet-x", "--json", "--csv")]
    [InlineData(
        "There is no profile of 'spinenet' called 'retinanet_50'.",
        "spaces",
        "describe",
        "spinenet",
        "SpineNet-49",
        "--profile",
        "retinanet_50"
    )]
    public void WhatContradictsItselfIsRefused(string said, params string[] command)
    {
        using var some = new Some();

        var (code, _, error) = some.Run(command);

        Assert.Equal(2, code);
        Assert.StartsWith($"error: {said}\n", error);
    }

    static readonly string Library = Path.Combine(AppContext.BaseDirectory, "LadderSpace.dll");
}
