using EvoNas.Spaces;
using static EvoNas.Tests.Spaces.CustomSpaceTests;

namespace EvoNas.Tests.Spaces;

/// <summary>A space of a file is refused before it takes the memory or the time of the machine.</summary>
public class CustomSpaceLimitsTests
{
    [Fact]
    public void AHugeFileIsRefusedBeforeItIsRead() =>
        Assert.Equal(
            "The space has 1048577 bytes; at most 1048576 are read.",
            Assert.Throws<RequestException>(() => CustomSpace.Read(new byte[CustomSpace.FileSizeMax + 1])).Message
        );

    [Fact]
    public void TooManyOptionsAreRefused() =>
        Assert.StartsWith(
            "$.decisions[0].one_of: expected a list of candidates, at least 1 and at most 1024, found a list of 1025.",
            Fault(Of($$"""{"name":"a","one_of":[{{string.Join(',', Enumerable.Range(0, 1025))}}]}"""))
        );

    [Fact]
    public void TooManyDecisionsAreRefused()
    {
        Assert.StartsWith(
            "$.decisions: expected a list of decisions, at least 1 and at most 512",
            Fault(Of(Many(513)))
        );
        Assert.Contains(
            "more than 512 decisions",
            Fault(
                Of(
                    $$"""
                    {"name":"p","one_of":[
                      {"value":1,"decisions":[{{Many(300)}}]},{"value":2,"decisions":[{{Many(300)}}]}]}
                    """
                )
            )
        );

        static string Many(int count) =>
            string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"d{{i}}","one_of":[1]}"""));
    }

    [Fact]
    public void DecisionsNestedTooDeepAreRefused()
    {
        Assert.Equal(1, CustomSpace.Read(Of(Nested(31))).Decisions.Size);
        Assert.EndsWith("decisions are nested deeper than 32.", Fault(Of(Nested(32))));
        Assert.StartsWith("$: the text is no JSON", Fault(Of(Nested(1000))));
        Assert.StartsWith("$: the text is no JSON", Fault(new string('[', 100_000)));

        static string Nested(int depth) =>
            depth == 0
                ? """{"name":"d","one_of":[1]}"""
                : $$"""{"name":"d","one_of":[{"value":1,"decisions":[{{Nested(depth - 1)}}]}]}""";
    }

    // A few hundred bytes must not become a tree of millions.
    [Theory]
    [InlineData("\"repeat\":1024")]
    [InlineData("\"repeat\":{\"min\":0,\"max\":1024}")]
    public void RepeatsOfRepeatsThatGrowTooLargeAreRefused(string repeat)
    {
        var decision = """{"name":"k","one_of":[1,2]}""";
        for (var i = 0; i < 10; i++)
            decision = $$"""{"name":"r",{{repeat}},"decisions":[{{decision}}]}""";
        Assert.EndsWith(
            "more than 16384 decisions when all repeats and picks are written out; take fewer.",
            Fault(Of(decision))
        );
    }

    [Fact]
    public void PicksOfPicksThatGrowTooLargeAreRefused()
    {
        var decision = """{"name":"k","one_of":[1,2]}""";
        for (var i = 0; i < 3; i++)
            decision =
                $$"""{"name":"r","picks":1000,"distinct":false,"many_of":[{"value":1,"decisions":[{{decision}}]}]}""";
        Assert.EndsWith(
            "more than 16384 decisions when all repeats and picks are written out; take fewer.",
            Fault(Of(decision))
        );
    }

    [Fact]
    public void ManyFaultsAreCutToAScreen() =>
        Assert.EndsWith(
            "… and 30 more.",
            Fault(Of(string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"name":"d{{i}}","one_of":[]}"""))))
        );
}
