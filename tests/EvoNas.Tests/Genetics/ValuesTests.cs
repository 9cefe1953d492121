using System.Text.Json;
using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

public class ValuesTests
{
    static readonly SearchSpace _space = new(
        "net",
        [
            new Decision.Range("w0", 8, 512, 8),
            new Decision.Range("wa", 1.00m, 256.00m, 0.01m),
            Decision.Among("se", 0.0, 0.25),
            new Decision.OneOf("op", [new("conv", [Decision.Among("k", 3, 5)]), "pool"]),
            Decision.Among("d[0]", 1, 2),
            Decision.Among("d[1]", 1, 2),
            new Decision.ManyOf("widths", 2, [8, 16, 32], Distinct: false, Sorted: true),
            new Decision.Real("lr", 0.5, 1),
        ]
    );

    const string Good = """{"w0":24,"wa":36.44,"se":0,"op":"conv","op[=0/2].k":5,"d":[2,1],"widths":[8,32],"lr":1}""";

    [Fact]
    public void EachDecisionIsAnsweredByName() => Assert.Equal("2,3544,0,0,1,1,0,0,2,1.0", Read(Good).ToString());

    [Fact]
    public void NumberedDecisionsMayBeAnsweredOneByOne() =>
        Assert.Equal(Read(Good), Read(Good.Replace("\"d\":[2,1]", "\"d[1]\":1,\"d[0]\":2")));

    // The text form of PyGlove's points.
    [Fact]
    public void ChoicesOfOtherProgramsAreRead()
    {
        var choices =
            """{"w0":"2/64 (24)","wa":"3544/25501 (36.44)","se":"0/2 (0.0)","op":"0/2 ('conv')","""
            + """
                "op[=0/2].k":"1/2 (5)","d[0]":"1/2 (2)","d[1]":"0/2 (1)",
                """
            + """
                "widths[0]":"0/3 (8)","widths[1]":"2/3 (32)","lr":1.0}
                """;
        Assert.Equal(
            choices,
            _space
                .Read(Read(Good))
                .Choices()
                .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        );
        Assert.Equal(Read(Good), Read(choices));
        Assert.Equal(
            Read(Good),
            Read(choices.Replace(" (24)", "").Replace("0/2 ('conv')", "'conv'").Replace("1/2 (5)", "1/2"))
        );
    }

    [Theory]
    [InlineData("\"op\":\"conv\"", "\"op\":\"0/3 ('conv')\"", "'op' takes one of 'conv', 'pool', not \"0/3 ('conv')\"")]
    [InlineData("\"op\":\"conv\"", "\"op\":\"0/2 ('pool')\"", "'op' takes one of 'conv', 'pool', not \"0/2 ('pool')\"")]
    [InlineData("\"op\":\"conv\"", "\"op\":\"2/2\"", "'op' takes one of 'conv', 'pool', not \"2/2\"")]
    [InlineData("\"w0\":24", "\"w0\":\"2/63\"", "'w0' takes a number from 8 to 512 in steps of 8, not \"2/63\".")]
    [InlineData("\"widths\":[8,32]", "\"widths[0]\":\"0/3\"", "'widths' is missing; it takes 2 of 8, 16, 32.")]
    [InlineData(
        "\"widths\":[8,32]",
        "\"widths[0]\":\"2/3\",\"widths[1]\":\"0/3\"",
        "'widths' takes its picks in ascending order; 0 follows 2."
    )]
    public void AChoiceOfAnotherSpaceIsNone(string good, string bad, string message) =>
        Assert.StartsWith(message, Assert.Throws<RequestException>(() => Read(Good.Replace(good, bad))).Message);

    [Theory]
    [InlineData(
        "\"w0\":24",
        "\"w0\":27",
        "'w0' takes a number from 8 to 512 in steps of 8, not 27; the nearest is 24."
    )]
    [InlineData(
        "\"w0\":24",
        "\"w0\":1000",
        "'w0' takes a number from 8 to 512 in steps of 8, not 1000; the nearest is 512."
    )]
    [InlineData("\"w0\":24", "\"w0\":\"24\"", "'w0' takes a number from 8 to 512 in steps of 8, not \"24\".")]
    [InlineData(
        "36.44",
        "36.444",
        "'wa' takes a number from 1.00 to 256.00 in steps of 0.01, not 36.444; the nearest is 36.44."
    )]
    [InlineData(
        "36.44",
        "1e400",
        "'wa' takes a number from 1.00 to 256.00 in steps of 0.01, not 1e400; the nearest is 256.0."
    )]
    [InlineData("\"se\":0", "\"se\":0.3", "'se' takes one of 0.0, 0.25, not 0.3; the nearest is 0.25.")]
    [InlineData("\"conv\"", "\"conf\"", "'op' takes one of 'conv', 'pool', not \"conf\"; did you mean 'conv'?")]
    [InlineData("[8,32]", "[8]", "'widths' takes a list of 2 values, not [8].")]
    [InlineData("[8,32]", "[8,20]", "'widths' takes 2 of 8, 16, 32, not 20; the nearest is 16.")]
    [InlineData("[8,32]", "[32,8]", "'widths' takes its picks in ascending order; 0 follows 2.")]
    [InlineData("[2,1]", "[2]", "'d[1]' is missing; it takes one of 1, 2.")]
    [InlineData("[2,1]", "[2,1,1]", "'d' has 3 values for 2 decisions.")]
    [InlineData("\"lr\":1", "\"lr\":2", "'lr' takes a number from 0.5 to 1.0, not 2; the nearest is 1.0.")]
    [InlineData(
        "\"lr\"",
        "\"lt\"",
        "'lr' is missing; it takes a number from 0.5 to 1.0.\nNo active decision is called 'lt'; did you mean 'lr'?"
    )]
    [InlineData("\"conv\"", "\"pool\"", "'op[=0/2].k' does not exist here: 'op' takes another candidate.")]
    [InlineData("\"lr\":1", "\"lr\":1,\"lr\":1", "'lr' is given twice.")]
    public void AValueThatIsNoneSaysWhatWouldBe(string good, string bad, string message) =>
        Assert.Equal(message, Assert.Throws<RequestException>(() => Read(Good.Replace(good, bad))).Message);

    [Fact]
    public void ValuesAreAnObject() => Assert.Throws<RequestException>(() => Read("[1,2]"));

    static Genotype Read(string json) => _space.FromValues(JsonDocument.Parse(json).RootElement);
}
