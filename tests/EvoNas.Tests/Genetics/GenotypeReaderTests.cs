using System.Text;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Tests.Genetics;

public class GenotypeReaderTests
{
    static readonly SearchSpace Cube = new("cube", [Digit("a"), Digit("b"), Digit("c")]);

    static readonly SearchSpace Pair = new("pair", [new Decision.Range("a", 1, 12), new Decision.Range("b", 1, 12)]);

    static readonly SearchSpace Words = new(
        "words",
        [
            Decision.Among("op", "conv 3x3", "max-pool", "skip"),
            Decision.Among("width", 8, 16, 32),
            Decision.Among("norm", true, false),
        ]
    );

    static readonly SearchSpace Conditional = new(
        "conditional",
        [new Decision.OneOf("op", ["pool", new("conv", [Decision.Among("kernel", 3, 5)])])]
    );

    static Decision Digit(string name) => new Decision.Range(name, 0, 9);

    [Theory]
    [InlineData("1,11")]
    [InlineData(" 1 , 11 ")]
    [InlineData("1-11")]
    [InlineData("1 11")]
    [InlineData("1 - 11")]
    [InlineData("[1, 11]")]
    [InlineData("(1,11)")]
    [InlineData("[[1] [11]]")]
    [InlineData("[ 1 11]")]
    [InlineData("['1', '11']")]
    [InlineData("01,11")]
    [InlineData("1.0,11.0")]
    [InlineData("{\"a\": 2, \"b\": 12}")]
    [InlineData("{\"a\": \"1/12 (2)\", \"b\": \"11/12 (12)\"}")]
    public void AGenotypeIsReadHoweverItIsSeparated(string text) =>
        Assert.Equal(Genotype.Of(1, 11), new GenotypeReader(Pair).Read(text).Genotype);

    [Theory]
    [InlineData("111", "It may be 1,11 or 11,1; write commas between indices.")]
    [InlineData("110", "It may be 1,10 or 11,0; write commas between indices.")]
    public void DigitsOfSeveralGenotypesAreAmbiguous(string text, string fault)
    {
        var read = new GenotypeReader(Pair).Read(text);

        Assert.True(read.IsAmbiguous);
        Assert.Equal(fault, read.Fault);
    }

    [Theory]
    [InlineData("011", "0,11")]
    [InlineData("1010", "10,10")]
    [InlineData("36", "3,6")]
    public void DigitsOfOneGenotypeAreReadEvenWhereOthersAreAmbiguous(string text, string genotype) =>
        Assert.Equal(genotype, new GenotypeReader(Pair).Read(text).Genotype?.ToString());

    [Theory]
    [InlineData("7", "0,0,7")]
    [InlineData("7.0", "0,0,7")]
    [InlineData("27", "0,2,7")]
    [InlineData("000", "0,0,0")]
    public void LeadingZerosThatWereLostAreFoundWhereTheLengthIsKnown(string text, string genotype)
    {
        var read = new GenotypeReader(Cube).Read(text);

        Assert.Equal(genotype, read.Genotype?.ToString());
        Assert.Equal(text == "000" ? GenotypeForm.Digits : GenotypeForm.LostZeros, read.Form);
    }

    [Fact]
    public void LostZerosAreNotFoundWhereSeveralGenotypesCouldHaveThem()
    {
        var three = new SearchSpace("three", [.. Pair.Decisions, new Decision.Range("c", 1, 12)]);

        var read = new GenotypeReader(three).Read("11");

        Assert.False(read.IsAmbiguous);
        Assert.Equal(
            "Its leading zeros are lost. It may be 0,1,1 or 0,0,11; write commas between indices.",
            read.Fault
        );
    }

    [Theory]
    [InlineData("5", "0,5", false)]
    [InlineData("11", "1,1", true)]
    [InlineData("05", "0,5", false)]
    public void WhereTheLengthIsNotKnownDigitsThatMayHaveLostZerosSaySo(string text, string genotype, bool doubtful)
    {
        var read = new GenotypeReader(Pair).Read(text);

        Assert.Equal((genotype, doubtful), (read.Genotype?.ToString(), read.MayLackZeros));
    }

    [Theory]
    [InlineData("", "It is empty.")]
    [InlineData("0123", "It has 4 digits; a genotype here has 3.")]
    [InlineData("0,1", "The genotype ends after 2 numbers, before decision 'c'.")]
    [InlineData("0,1,2,3", "A genotype of 'cube' ends after 3 numbers here; this one has 4.")]
    [InlineData("0,1,10", "'c' takes an index from 0 to 9, not '10'.")]
    [InlineData("0,1,-1", "'c' takes an index from 0 to 9, not '-1'.")]
    [InlineData("0,1,0.5", "'c' takes an index from 0 to 9, not '0.5'.")]
    [InlineData("0,,2", "A number is missing between two separators.")]
    [InlineData("1.2E+11", "Its digits are lost, as a spreadsheet or a float rounds them; keep the column as text.")]
    [InlineData("{'a': 1}", "It is no JSON object; names and words stand in double quotes there.")]
    [InlineData("{\"a\": 1}", "'b' is missing; it takes a number from 0 to 9 in steps of 1.")]
    [InlineData("total", "'a' takes an index from 0 to 9, not 'total'.")]
    public void WhatIsNoGenotypeIsToldWhy(string text, string fault)
    {
        var read = new GenotypeReader(Cube).Read(text);

        Assert.Equal((null, false, fault), (read.Genotype, read.IsAmbiguous, read.Fault));
    }

    [Fact]
    public void ADecimalCommaIsNoSecondIndex() =>
        Assert.Equal(
            "It has two numbers where a genotype has one; a decimal comma must be a point.",
            new GenotypeReader(new("one", [Digit("a")])).Read("1,0").Fault
        );

    [Theory]
    [InlineData("'conv 3x3', 16, True")]
    [InlineData("conv 3x3,16,true")]
    [InlineData("[\"conv 3x3\", 16.0, \"True\"]")]
    public void WordsAreTheValuesOfCandidates(string text)
    {
        var read = new GenotypeReader(Words).Read(text);

        Assert.Equal((Genotype.Of(0, 1, 0), GenotypeForm.Values), (read.Genotype, read.Form));
    }

    [Fact]
    public void NumbersAloneAreIndicesEvenWhereTheyAreValuesToo()
    {
        var steps = new SearchSpace("steps", [Decision.Among("a", 1, 2, 0), Decision.Among("b", 1, 2, 0)]);

        Assert.Equal(Genotype.Of(1, 2), new GenotypeReader(steps).Read("1,2").Genotype);
    }

    [Fact]
    public void AWordThatLooksLikeAnIndexIsAValueInQuotes()
    {
        var digits = new SearchSpace("digits", [Decision.Among("a", "1", "0"), Decision.Among("b", "1", "0")]);

        Assert.Equal(Genotype.Of(0, 1), new GenotypeReader(digits).Read("'1','0'").Genotype);
        Assert.Equal(Genotype.Of(1, 0), new GenotypeReader(digits).Read("1,0").Genotype);
    }

    [Theory]
    [InlineData("'a'")]
    [InlineData("{\"op\": \"a\"}")]
    public void AValueOfTwoCandidatesIsAmbiguous(string text)
    {
        var twins = new SearchSpace("twins", [Decision.Among("op", "a", "a", "b")]);

        Assert.True(new GenotypeReader(twins).Read(text).IsAmbiguous);
        Assert.Equal(Genotype.Of(1), new GenotypeReader(twins).Read("1").Genotype);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("10", "1,0")]
    [InlineData("11", "1,1")]
    [InlineData("conv,5", "1,1")]
    public void DecisionsUnderACandidateAreReadWhereItIsTaken(string text, string genotype) =>
        Assert.Equal(genotype, new GenotypeReader(Conditional).Read(text).Genotype?.ToString());

    [Theory]
    [InlineData("111", "1,11")]
    [InlineData("1110", null)]
    [InlineData("11,1", null)]
    [InlineData("1,1", null)]
    public void PicksMustAscendAndDiffer(string text, string? genotype)
    {
        var pick = new Decision.ManyOf(
            "pick",
            2,
            [.. Enumerable.Range(0, 12).Select(i => (Candidate)i)],
            Distinct: true,
            Sorted: true
        );

        Assert.Equal(genotype, new GenotypeReader(new("picks", [pick])).Read(text).Genotype?.ToString());
    }

    public static TheoryData<string> Spaces => [.. SpaceCatalog.All.Select(space => space.Name), "rich"];

    [Theory]
    [MemberData(nameof(Spaces))]
    public void EveryGenotypeIsReadFromItsTextAndFromItsValues(string name)
    {
        var space = name == "rich" ? Some.Rich : SpaceCatalog.Find(name).Decisions;
        var reader = new GenotypeReader(space);
        for (var birth = 1; birth <= 40; birth++)
        {
            var genotype = space.Sample(Some.SeededRandom(birth));

            Assert.Equal(genotype, reader.Read(genotype.ToString()).Genotype);
            Assert.Equal(genotype, reader.Read($"[{string.Join(", ", genotype.Genes)}]").Genotype);
            Assert.Equal(genotype, reader.Read(space.Read(genotype).Choices().ToJsonString()).Genotype ?? genotype);
        }
    }

    // The kind of fault that gives wrong scores without a word.
    [Theory]
    [MemberData(nameof(Spaces))]
    public void TextWithoutSeparatorsIsNeverTakenForAnotherGenotype(string name)
    {
        var space = name == "rich" ? Some.Rich : SpaceCatalog.Find(name).Decisions;
        var reader = new GenotypeReader(space);
        for (var birth = 1; birth <= 40; birth++)
        {
            var genotype = space.Sample(Some.SeededRandom(birth));

            var read = reader.Read(genotype.ToString().Replace(",", ""));

            Assert.True(read.Genotype is null || read.Genotype == genotype, $"{genotype} was read as {read.Genotype}.");
        }
    }

    [Theory]
    [MemberData(nameof(Spaces))]
    public void TheQuickReaderAgreesWithTheOther(string name)
    {
        var space = name == "rich" ? Some.Rich : SpaceCatalog.Find(name).Decisions;
        var reader = new GenotypeReader(space);
        var indices = new int[reader.Choices.Count];
        for (var birth = 1; birth <= 40; birth++)
        {
            var genotype = space.Sample(Some.SeededRandom(birth));
            foreach (
                var text in (string[])
                    [
                        genotype.ToString(),
                        genotype.ToString().Replace(',', '-'),
                        $"({genotype.ToString().Replace(",", ", ")})",
                        genotype.ToString().Replace(",", ""),
                        genotype.ToString() + ",0",
                        genotype.ToString().Replace(",", "").TrimStart('0'),
                    ]
            )
                if (reader.TryReadIndices(Encoding.UTF8.GetBytes(text), indices, out var form))
                    Assert.Equal(reader.Read(text), new(Genotype.Of(indices), form));
        }
        Assert.Equal(space.IsConditional || space.Size is null, indices.Length == 0);
    }
}
