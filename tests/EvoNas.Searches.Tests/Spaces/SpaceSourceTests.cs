using EvoNas.Genetics;
using EvoNas.Searches.Spaces;
using EvoNas.Searches.Tests.Support;
using EvoNas.Spaces;

namespace EvoNas.Searches.Tests.Spaces;

public class SpaceSourceTests
{
    [Theory]
    [InlineData("""{ "name": "s", "decisions": [{ "name": "a", "one_of": ["x", "y\u001b[2J"] }] }""", @"y\u001b[2J")]
    [InlineData("""{ "name": "s", "decisions": [{ "name": "a", "one_of": ["x", "two\nlines"] }] }""", @"two\nlines")]
    [InlineData("""{ "name": "s", "summary": "\u0007", "decisions": [{ "name": "a", "one_of": ["x"] }] }""", @"\u0007")]
    [InlineData("""{ "name": "s", "decisions": [{ "name": "a\tb", "one_of": ["x", "y"] }] }""", @"a\tb")]
    public void ATextWithAControlCharacterIsRefusedAndShownEscaped(string json, string shown)
    {
        using var some = new CubeFolder();

        var refused = Assert.Throws<RequestException>(() => SpaceSource.Find(some.Write("s.json", json)));

        Assert.Contains($"is \"{shown}\"; it has a control character", refused.Message);
    }

    [Fact]
    public void AByteThatIsNotUtf8IsRefusedWithItsPlace()
    {
        using var some = new CubeFolder();
        var file = Path.Combine(some.Home, "latin.json");
        File.WriteAllBytes(file, [.. "{ \"name\":\n \"gr"u8, 0xfc, .. "n\" }"u8]);

        var refused = Assert.Throws<RequestException>(() => SpaceSource.Find(file));

        Assert.Equal($"'{file}' is not UTF-8 text: byte 15, in line 2, is 0xfc.", refused.Message);
    }

    [Fact]
    public void TextsOfOtherLanguagesAreTaken()
    {
        using var some = new CubeFolder();
        const string Json = """
            // A comment, and a comma too many.
            { "name": "s", "summary": "größe \u4e2d 😀", "decisions": [{ "name": "a", "one_of": ["x", "y"] },] }
            """;

        Assert.Equal("s", SpaceSource.Find(some.Write("s.json", Json)).Name);
    }

    [Theory]
    [InlineData(nameof(LoudName), @"de\u0007pth")]
    [InlineData(nameof(LoudCandidate), @"two\nlines")]
    [InlineData(nameof(LoudSummary), @"\u001b[2J")]
    public void ALibrarysTextWithAControlCharacterIsRefusedAndShownEscaped(string type, string shown)
    {
        var refused = Assert.Throws<RequestException>(() =>
            SpaceSource.Find($"{typeof(SpaceSourceTests).Assembly.Location}#{type}")
        );

        Assert.Contains($".{type}.Space': \"{shown}\" has a control character", refused.Message);
    }
}

/// <summary>A library's space with a decision that rings the bell.</summary>
public static class LoudName
{
    /// <summary>The space.</summary>
    public static Space Space => Spaces.Of("de\u0007pth", "x", "");
}

/// <summary>A library's space with a candidate, under a candidate, of two lines.</summary>
public static class LoudCandidate
{
    /// <summary>The space.</summary>
    public static Space Space => Spaces.Of("depth", "two\nlines", "");
}

/// <summary>A library's space that clears the screen where it is described.</summary>
public static class LoudSummary
{
    /// <summary>The space.</summary>
    public static Space Space => Spaces.Of("depth", "x", "\u001b[2J");
}

static class Spaces
{
    public static Space Of(string decision, string candidate, string summary) =>
        new(
            new("loud", [Decision.Among("outer", 1, 2), Nested(decision, candidate)]),
            "look-up",
            summary,
            "",
            point => point.Values()
        );

    static Decision.OneOf Nested(string decision, string candidate) =>
        new(
            "kind",
            ["plain", new Candidate(new Literal.Word("deep"), [Decision.Among(decision, new Literal.Word(candidate))])]
        );
}
