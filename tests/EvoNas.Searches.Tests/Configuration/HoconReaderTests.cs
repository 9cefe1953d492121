using EvoNas.Genetics;
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
    [InlineData("a { b { c = 1 }, d = [1], e = 2 },", "a.e", "2")]
    [InlineData("a { b = 1, c = 2 }", "a.c", "2")]
    [InlineData("a = 1 # one\nb = 2 // two", "b", "2")]
    [InlineData("a { b = 1 }\na.c = 2", "a.b", "1")]
    [InlineData("\"a\".\"b\" = \"cuda:0\"", "a.b", "cuda:0")]
    [InlineData("a = \"\\u0041\\n\\\"\"", "a", "A\n\"")]
    [InlineData("a = \"\"\"x \"y\"\nz\"\"\"", "a", "x \"y\"\nz")]
    [InlineData("a = \" x \" # two blanks", "a", " x ")]
    [InlineData("a = \"\"", "a", "")]
    [InlineData("a = ~/data/x.y-z_1", "a", "~/data/x.y-z_1")]
    [InlineData("a = x y \r\nb = 1\r\n", "a", "x y")]
    [InlineData("a = { b = 1, }, c = 2", "c", "2")]
    [InlineData("a = null", "a", "null")]
    [InlineData("ä = ö", "ä", "ö")]
    [InlineData("include = 5", "include", "5")]
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
    public void ReadsObjectsWithinLists()
    {
        var list = HoconReader.Read("a = [{ b.c = 1, d = [2] },\n { b { c = 3 } }]", "file").Find("a");

        var items = Assert.IsType<HoconNode.List>(list).Items;
        Assert.Equal(["1", "3"], items.Select(item => TextAt(item, "b.c")));
        Assert.Equal("file:2", items[1].Find("b.c")!.Origin.ToString());
    }

    [Fact]
    public void KnowsWhereEachValueWasWritten() =>
        Assert.Equal("file:3", HoconReader.Read("a {\n  # nothing\n  b = 1\n}", "file").Find("a.b")!.Origin.ToString());

    [Theory]
    [InlineData("a = 1\na = 2", "file:2: 'a' is written a second time; the first is at line 1.")]
    [InlineData("a { b = 1 }\na.b = 2", "file:2: 'a.b' is written a second time; the first is at line 1.")]
    [InlineData("a { b = 1 }\na { b = 2 }", "file:2: 'a.b' is written a second time; the first is at line 1.")]
    [InlineData("a = 1\na { b = 2 }", "file:2: 'a' is written a second time; the first is at line 1.")]
    [InlineData("a { b = 2 }\na = 1", "file:2: 'a' is written a second time; the first is at line 1.")]
    [InlineData("a = 1\na.b = 2", "file:2: 'a.b' is within 'a', which has a value at line 1.")]
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
    [InlineData("a = \"\\q\"", "file:1: '\\q' is not an escape.")]
    [InlineData("a = cuda:0", "file:1: ':' within an unquoted text; put the text in quotes.")]
    [InlineData("a = http://host/path", "file:1: ':' within an unquoted text; put the text in quotes.")]
    [InlineData("a = what?", "file:1: '?' within an unquoted text; put the text in quotes.")]
    [InlineData("a = 1,, b = 2", "file:1: ',' where a key is expected.")]
    [InlineData("a = x\0y", "file:1: the control character U+0000 within a text.")]
    [InlineData("a = \"x\" y", "file:1: 'y' after a value; a comma or a new line is expected.")]
    [InlineData("a = [1] [2]", "file:1: '[' after a value; a comma or a new line is expected.")]
    [InlineData("a = [1,,2]", "file:1: 'a[1]' has no value.")]
    [InlineData(
        "\"a.b\" = 1",
        "file:1: the key \"a.b\" is empty or has a dot or a backslash; such keys are not read here."
    )]
    [InlineData("include file(\"x\")", "file:1: an include names a file in quotes: include \"site.conf\".")]
    [InlineData("include \"other.conf\"", "file:1: there are no includes here.")]
    public void RefusesWhatItDoesNotKnow(string text, string message) =>
        Assert.Equal(message, Assert.Throws<RequestException>(() => HoconReader.Read(text, "file")).Message);

    [Fact]
    public void RefusesMoreThanThirtyTwoObjectsWithinEachOther() =>
        Assert.Contains(
            "more than 32 objects",
            Assert
                .Throws<RequestException>(() =>
                    HoconReader.Read(string.Concat(Enumerable.Repeat("a {", 100_000)), "file")
                )
                .Message
        );

    [Fact]
    public void RefusesADeepKeyAndADeepList()
    {
        Assert.Contains("more than 32 objects", Refused(string.Concat(Enumerable.Repeat("a.", 100_000)) + "a = 1"));
        Assert.Contains("more than 32 lists", Refused("a = " + new string('[', 100_000)));
        Assert.Contains("more than 32 ", Refused("a = " + string.Concat(Enumerable.Repeat("[{ a = ", 50_000))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment")]
    [InlineData("{ }")]
    public void AFileWithoutKeysIsAnEmptyObject(string text) => Assert.Empty(HoconReader.Read(text, "file").Children);

    [Fact]
    public void AByteOrderMarkIsSkipped()
    {
        using var some = new CubeFolder();

        Assert.Equal("1", TextAt(HoconReader.ReadFile(some.Write("bom.conf", "\uFEFFa = 1")), "a"));
    }

    [Fact]
    public void RefusesBytesThatAreNoText()
    {
        using var some = new CubeFolder();
        var file = Path.Combine(some.Home, "binary.conf");
        File.WriteAllBytes(file, [0x61, 0x3D, 0xFF, 0xFE, 0x00]);

        Assert.Equal(
            $"'{file}' is not UTF-8 text: byte 3, in line 1, is 0xff.",
            Assert.Throws<RequestException>(() => HoconReader.ReadFile(file)).Message
        );
    }

    [Fact]
    public void ReadsTenThousandKeysAndRefusesAFileThatIsTooLarge()
    {
        using var some = new CubeFolder();
        var keys = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"key-{i} = {i}\n"));

        Assert.Equal(10_000, HoconReader.Read(keys, "file").Children.Count);
        Assert.Contains(
            "a configuration file has at most",
            Assert
                .Throws<RequestException>(() =>
                    HoconReader.ReadFile(some.Write("large.conf", new string('#', 2 << 20)))
                )
                .Message
        );
    }

    /// <summary>What the parser takes and what is taken from it agree: the same trees come back from any
    /// spelling.</summary>
    [Fact]
    public void AnySpellingOfATreeIsReadAsTheTree()
    {
        for (var seed = 1UL; seed <= 300; seed++)
        {
            var random = SeededRandom.For(seed, "hocon");
            var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var text = new System.Text.StringBuilder();
            WriteObject(random, text, "", depth: 1, expected);

            var tree = HoconReader.Read(text.ToString(), "file");

            var read = Leaves(tree, "").OrderBy(leaf => leaf.Key, StringComparer.Ordinal);
            Assert.True(expected.SequenceEqual(read), $"seed {seed}:\n{text}");
        }
    }

    /// <summary>Whatever is done to a good file, it is read or refused with a line.</summary>
    [Fact]
    public void ADamagedFileIsReadOrRefused()
    {
        const string Pieces = "{}[]=:,+\"\\#/$?.\n\r\t \0ab1-_'\uFEFF\u00A0;";
        var good =
            "evonas {\n  search { seed = 7, limits = [\"madds<=3M\", x] } # one\n  a.b.\"c\" = \"\"\"t\n\"\"\"\n}\n";
        var refused = 0;
        for (var seed = 1UL; seed <= 3000; seed++)
        {
            var random = SeededRandom.For(seed, "damage");
            var text = new System.Text.StringBuilder(good);
            for (var change = random.Below(4); change >= 0; change--)
            {
                var at = random.Below(text.Length);
                if (random.Below(2) == 0)
                    text.Remove(at, Math.Min(1 + random.Below(6), text.Length - at));
                else
                    text.Insert(at, Pieces[random.Below(Pieces.Length)]);
            }
            try
            {
                HoconReader.Read(text.ToString(), "file");
            }
            catch (RequestException fault)
            {
                refused++;
                Assert.StartsWith("file:", fault.Message);
            }
        }
        Assert.InRange(refused, 1000, 2999);
    }

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

    [Fact]
    public void AnIncludeLiesWhereItIsWritten()
    {
        using var some = new CubeFolder();
        some.Write("site.conf", "b = 1, c = 2, d { e = 3 }");
        var mine = some.Write(
            "mine.conf",
            "a { b = 0, x = [1], y { z = 1 },\n include \"site.conf\"\n c = 4\n d.f = 5 }"
        );

        var tree = HoconReader.ReadFile(mine);

        Assert.Equal("1", TextAt(tree, "a.b"));
        Assert.Equal("4", TextAt(tree, "a.c"));
        Assert.Equal("3", TextAt(tree, "a.d.e"));
        Assert.EndsWith("site.conf:1", tree.Find("a.b")!.Origin.ToString());
        Assert.EndsWith("mine.conf:3", tree.Find("a.c")!.Origin.ToString());
    }

    static string Refused(string text) => Assert.Throws<RequestException>(() => HoconReader.Read(text, "file")).Message;

    static string TextAt(HoconNode tree, string path) => Assert.IsType<HoconNode.Text>(tree.Find(path)).Value;

    static IEnumerable<KeyValuePair<string, string>> Leaves(HoconNode node, string path) =>
        node switch
        {
            HoconNode.Tree tree => tree.Children.SelectMany(child =>
                Leaves(child.Value, path == "" ? child.Key : $"{path}.{child.Key}")
            ),
            HoconNode.List list => list.Items.SelectMany((item, i) => Leaves(item, $"{path}[{i}]")),
            HoconNode.Text text => [new(path, text.Value)],
            _ => [],
        };

    static void WriteObject(
        SeededRandom random,
        System.Text.StringBuilder text,
        string prefix,
        int depth,
        SortedDictionary<string, string> expected
    )
    {
        for (var number = random.Below(5); number >= 0; number--)
        {
            var key = $"k{number}";
            var path = prefix + key;
            text.Append(random.Below(3) == 0 ? $"\"{key}\"" : key);
            switch (random.Below(depth < 5 ? 5 : 3))
            {
                case 0:
                    text.Append(Blank()).Append(random.Below(2) == 0 ? '=' : ':').Append(Blank());
                    expected[path] = random.Below(2) == 0 ? "some words" : $"{random.Below(1000)}";
                    text.Append(expected[path]);
                    break;
                case 1:
                    expected[path] = " \"quoted\" {#} ";
                    text.Append(" = \" \\\"quoted\\\" {#} \"");
                    break;
                case 2:
                    (expected[$"{path}[0]"], expected[$"{path}[1]"]) = ("x", "y,z");
                    text.Append(random.Below(2) == 0 ? " = [x, \"y,z\"]" : " = [\n  x # one\n  \"y,z\"\n]");
                    break;
                case 3:
                    text.Append(random.Below(2) == 0 ? " {\n" : " = {\n");
                    WriteObject(random, text, path + ".", depth + 1, expected);
                    text.Append('}');
                    break;
                default:
                    text.Append(".inner.most = 5s");
                    expected[path + ".inner.most"] = "5s";
                    break;
            }
            string[] ends = ["\n", "\r\n", ", ", " # end\n", "\n\n", " // end\n"];
            text.Append(ends[random.Below(ends.Length)]);
        }

        string Blank() => random.Below(2) == 0 ? " " : "";
    }
}
