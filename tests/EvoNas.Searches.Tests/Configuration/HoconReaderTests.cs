using EvoNas.Searches.Configuration;
using EvoNas.Searches.Tests.Support;

namespace EvoNas.Searches.Tests.Configuration;

public class HoconReaderTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : 1", "a", "1")]
    [InlineData("{ a = 1 }", "a", "1")]
    [InlineData("a.b.c = x y z", "a.b.c", "x y z")]
    [InlineData("a { b { c = \"x # y\" } }", "a.b.c", "x # y")]
    [InlineData("a { b = 1, c = 2 }", "a.c", "2")]
    [InlineData("a = 1 # one\nb = 2 // two", "b", "2")]
    [InlineData("a { b = 1 }\na.c = 2", "a.b", "1")]
    [InlineData("\"a\".\"b\" = cuda:0", "a.b", "cuda:0")]
    [InlineData("a = \"\\u0041\\n\\\"\"", "a", "A\n\"")]
    [InlineData("a = \"\"\"x \"y\"\nz\"\"\"", "a", "x \"y\"\nz")]
    [InlineData("a = http://host/path", "a", "http:")]
    [InlineData("a = 60s,\n\nb = 5", "a", "60s")]
    public void ReadsWhatOurFilesUse(string text, string path, string value) =>
        Assert.Equal(value, Assert.IsType<HoconNode.Text>(HoconReader.Read(text, "file").Find(path)).Value);

    [Fact]
    public void ReadsLists() =>
        Assert.Equal(
            ["x", "2", "z,z"],
            Assert
                .IsType<HoconNode.List>(HoconReader.Read("a = [x, 2\n # comment\n \"z,z\"]", "file").Find("a"))
                .Items.Select(item => ((HoconNode.Text)item).Value)
        );

    [Fact]
    public void KnowsWhereEachValueWasWritten() =>
        Assert.Equal("file:3", HoconReader.Read("a {\n  # nothing\n  b = 1\n}", "file").Find("a.b")!.Origin.ToString());

    [Theory]
    [InlineData("a = 1\na = 2", "file:2: 'a' is written a second time; the first is at line 1.")]
    [InlineData("a { b = 1 }\na.b = 2", "file:2: 'a.b' is written a second time; the first is at line 1.")]
    [InlineData("a { b = 1 }\na { b = 2 }", "file:2: 'a' is written a second time; the first is at line 1.")]
    [InlineData("a {\n b = 1", "file:2: the object that begins at line 1 has no closing brace.")]
    [InlineData("a = [1,\n2", "file:2: the list that begins at line 1 has no closing bracket.")]
    [InlineData("a = \"x\nb = 2", "file:1: a quoted text has no end on its line.")]
    [InlineData("a = \"\"\"x\n", "file:1: a text in triple quotes has no end.")]
    [InlineData("a = ${b}", "file:1: substitutions (${…}) are not read here; write the value.")]
    [InlineData("a += 1", "file:1: 'a +=' is not read here; write the whole list.")]
    [InlineData("a", "file:1: 'a' has no value: '=', ':' or '{' is expected.")]
    [InlineData("a = ", "file:1: 'a' has no value.")]
    [InlineData("= 1", "file:1: '=' where a key is expected.")]
    [InlineData("a = madds<=3M", "file:1: '=' within an unquoted text; put the text in quotes.")]
    [InlineData("{ a = 1 } b = 2", "file:1: 'b' after the end of the file's object.")]
    [InlineData("a = \"\\q\"", "file:1: '\\q' is no escape.")]
    [InlineData("include \"other.conf\"", "file:1: there are no includes here.")]
    public void RefusesWhatItDoesNotKnow(string text, string message) =>
        Assert.Equal(message, Assert.Throws<RequestException>(() => HoconReader.Read(text, "file")).Message);

    [Fact]
    public void RefusesDepthThatNobodyWrites() =>
        Assert.Contains(
            "more than 32 objects",
            Assert
                .Throws<RequestException>(() =>
                    HoconReader.Read(string.Concat(Enumerable.Repeat("a {", 100_000)), "file")
                )
                .Message
        );

    [Fact]
    public void OverAnIncludedFileTheLaterValueWins()
    {
        using var some = new CubeFolder();
        var (site, mine) = (Path.Combine(some.Home, "site.conf"), Path.Combine(some.Home, "mine.conf"));
        File.WriteAllText(site, "a { b = 1, c = 2 }");
        File.WriteAllText(mine, "include \"site.conf\"\na.b = 3");

        var tree = HoconReader.ReadFile(mine);

        Assert.Equal("3", ((HoconNode.Text)tree.Find("a.b")!).Value); // It is there.
        Assert.Equal("2", ((HoconNode.Text)tree.Find("a.c")!).Value);
    }

    [Fact]
    public void ACircleOfIncludesEnds()
    {
        using var some = new CubeFolder();
        var mine = Path.Combine(some.Home, "mine.conf");
        File.WriteAllText(mine, "include \"mine.conf\"");

        Assert.Contains(
            "is there a circle?",
            Assert.Throws<RequestException>(() => HoconReader.ReadFile(mine)).Message
        );
    }
}
