using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

public class TuningTests
{
    [Theory]
    [InlineData("learning-rate=0.01..0.3 log", "Real 0.01 0.3 Logarithmic")]
    [InlineData("weight-decay = 0..1e-3", "Real 0 0.001 Linear")]
    [InlineData("shift=0..4", "Range 0 4 1 Linear False")]
    [InlineData("batch-size=16..256 step 16 log", "Range 16 256 16 Logarithmic False")]
    [InlineData("momentum=0.5..0.9 step 0.1", "Range 0.5 0.9 0.1 Linear True")]
    [InlineData("batch-size=32|64|128", "OneOf 32 64 128")]
    [InlineData("optimizer=sgd|adamw", "OneOf 'sgd' 'adamw'")]
    [InlineData("nesterov=true | false", "OneOf true false")]
    [InlineData("augment=none|randaugment:2,5", "OneOf 'none' 'randaugment:2,5'")]
    public void ASettingIsADecisionOfItsNumbersOrWords(string text, string expected)
    {
        var decision = Tuning.Read(text);

        Assert.Equal("training." + text.Split('=')[0].Trim(), decision.Name);
        Assert.Equal(
            expected,
            decision switch
            {
                Decision.Real real => FormattableString.Invariant($"Real {real.Min} {real.Max} {real.Scale}"),
                Decision.Range range => FormattableString.Invariant(
                    $"Range {range.Min} {range.Max} {range.Step} {range.Scale} {range.IsReal}"
                ),
                Decision.OneOf one => "OneOf "
                    + string.Join(
                        ' ',
                        one.Candidates.Select(candidate => candidate.Value.ToJson().ToJsonString().Replace('"', '\''))
                    ),
                _ => "none of these",
            }
        );
    }

    [Theory]
    [InlineData("learning-rate", "tunes nothing: it is no setting with an equals sign")]
    [InlineData("=3", "tunes nothing: it is no setting")]
    [InlineData("Learning=3", "tunes nothing: it is no setting")]
    [InlineData("learning-rate=0.1..", "'0.1..' is no range of two numbers")]
    [InlineData("learning-rate=0.1..0.2..0.3", "is no range of two numbers")]
    [InlineData("learning-rate=0.1..0.3 logarithmic", "'logarithmic' after the range is neither log nor step")]
    [InlineData("learning-rate=0..0.3 log", "has a logarithmic scale and begins at 0")]
    [InlineData("learning-rate=0.3..0.1", "goes from 0.3 to 0.1")]
    [InlineData("batch-size=32|32", "a value of its list is empty or there twice")]
    [InlineData("optimizer=sgd|", "a value of its list is empty or there twice")]
    [InlineData("shift=0..4 step 0", "has step 0")]
    public void WhatCannotBeReadIsShownWithWhatIsExpected(string text, string why)
    {
        var refused = Assert.Throws<RequestException>(() => Tuning.Read(text));

        Assert.Contains($"'{text}'", refused.Message);
        Assert.Contains(why, refused.Message);
        Assert.Contains("learning-rate=0.01..0.3 log", refused.Hint);
    }

    [Theory]
    [InlineData("regnet-x")]
    [InlineData("mnasnet")]
    [InlineData("spinenet")]
    public void TheNetworksOfATunedSpaceAreThoseOfItsBase(string name)
    {
        var known = SpaceCatalog.Find(name);
        var tuned = CustomSpace.Read(
            $$"""{ "name": "my", "base": "{{name}}", "tune": ["learning-rate=0.01..0.3 log", "batch-size=32|64"] }"""
        );

        Assert.Equal(known.Decisions.Decisions.Count + 2, tuned.Decisions.Decisions.Count);
        for (var birth = 1; birth <= 5; birth++)
        {
            var genotype = tuned.Decisions.Sample(SeededRandom.For(1, new BirthNumber(birth)));
            var inner = new Genotype([.. genotype.Genes.SkipLast(2)]);
            Assert.Null(tuned.Decisions.Fault(genotype));
            Assert.Equal(Cost.Of(known.Decode(inner)).Parameters, Cost.Of(tuned.Decode(genotype)).Parameters);
            var said = tuned.Specify(tuned.Decisions.Read(genotype));
            Assert.InRange((double)said["training.learning-rate"]!, 0.01, 0.3); // Decided.
            Assert.Contains((long)said["training.batch-size"]!, new[] { 32L, 64L }); // Decided.
        }
    }

    [Fact]
    public void AnOwnSpaceWithNetworksIsTunedToo()
    {
        var tuned = CustomSpace.Read(
            """
            {
              "name": "my", "tune": ["optimizer=sgd|adamw"],
              "decisions": [{ "name": "width", "one_of": [8, 16] }],
              "network": { "layers": [
                { "block": "conv", "filters": "$width" }
              ] }
            }
            """
        );

        Assert.Equal(4, tuned.Decisions.Size);
        Assert.Equal(
            Cost.Of(tuned.Decode(tuned.Decisions.Parse("1,0"))).Parameters,
            Cost.Of(tuned.Decode(tuned.Decisions.Parse("1,1"))).Parameters
        );
    }

    [Theory]
    [InlineData(""" "tune": [] """, "$.tune: expected a list of training settings, at least 1 and at most 32")]
    [InlineData(""" "tune": [3] """, "$.tune[0]: expected a text such as \"learning-rate=0.01..0.3 log\", found 3")]
    [InlineData(""" "tune": ["shift=0..4", "shift"] """, "$.tune[1]: 'shift' tunes nothing")]
    [InlineData(""" "tune": ["shift=0..4", "shift=1..2"] """, "$.tune: Two decisions are called 'training.shift'.")]
    public void AFaultOfATunedSpaceIsToldWithItsPlace(string field, string fault)
    {
        var refused = Assert.Throws<RequestException>(() =>
            CustomSpace.Read($$"""{ "name": "my", "base": "regnet-x", {{field}} }""")
        );

        Assert.Contains(fault, refused.Message);
    }

    [Fact]
    public void ASpaceWithoutNetworksIsNotTuned()
    {
        var refused = Assert.Throws<RequestException>(() =>
            CustomSpace.Read(
                """{ "name": "my", "tune": ["shift=0..4"], "decisions": [{ "name": "a", "one_of": [1, 2] }] }"""
            )
        );

        Assert.Contains("$.tune: there are no networks to train", refused.Message);
    }
}
