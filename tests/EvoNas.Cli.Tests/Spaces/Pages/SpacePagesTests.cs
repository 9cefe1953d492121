using System.Text.RegularExpressions;
using EvoNas.Cli.Views;
using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>docs/spaces has a page a space or family. Its tables and pictures are made by the code; EVONAS_APPROVE=1
/// records them anew.</summary>
public partial class SpacePagesTests
{
    static readonly string Folder = SourceTree.At("docs", "spaces");

    static readonly bool Approves = Environment.GetEnvironmentVariable("EVONAS_APPROVE") == "1";

    public static TheoryData<string> Names =>
        [
            .. Directory
                .EnumerateFiles(Folder, "*.md")
                .Select(page => Path.GetFileName(page))
                .Order(StringComparer.Ordinal),
        ];

    // Of networks; what policies do is drawn on pictures of a data set that not every machine has.
    public static IEnumerable<object[]> Drawings =>
        AllPages
            .SelectMany(page => Picture().Matches(page.Text))
            .Select(match => new object[] { match.Groups["space"].Value, match.Groups["genotype"].Value });

    static IEnumerable<(string Name, string Text)> AllPages =>
        Directory.EnumerateFiles(Folder, "*.md").Select(page => (Path.GetFileName(page), File.ReadAllText(page)));

    [Theory, MemberData(nameof(Names))]
    public void TheTablesOfAPageAreWhatTheCodeSays(string name)
    {
        var written = File.ReadAllText(Path.Combine(Folder, name));
        Expect(
            Path.Combine(Folder, name),
            Block()
                .Replace(
                    written,
                    block =>
                        $"{block.Groups["begin"].Value}\n\n"
                        + $"{Table(block.Groups["what"].Value, block.Groups["space"].Value).TrimEnd()}\n\n<!-- end "
                        + "-->"
                )
        );
    }

    [Theory, MemberData(nameof(Drawings))]
    public void ThePictureOfASpaceIsWhatTheProgramDraws(string space, string genotype)
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "drawn.svg");

        some.Said("spaces", "draw", space, genotype, "--output", file);

        Expect(SourceTree.At("docs", "pictures", space + ".svg"), File.ReadAllText(file));
    }

    [Fact]
    public void EverySpaceHasItsTablesOnOnePage()
    {
        var tables = AllPages
            .SelectMany(page => Block().Matches(page.Text))
            .Select(block => (What: block.Groups["what"].Value, Space: block.Groups["space"].Value))
            .ToList();
        foreach (var space in SpaceCatalog.All)
            Assert.Equal(
                space.Build is null ? ["decisions", "operations"] : ["costs", "decisions"],
                tables.Where(table => table.Space == space.Name).Select(table => table.What).Order()
            );
    }

    [Fact]
    public void EveryPageHasAPicture() =>
        Assert.All(
            AllPages.Where(page => page.Name != "README.md"),
            page => Assert.Matches(@"!\[[^\]]+\]\(\.\./pictures/[^)]+\.(svg|png)\)", page.Text)
        );

    static string Table(string what, string space) =>
        what switch
        {
            "spaces" => SpaceList.Of(
                AllPages
                    .SelectMany(page =>
                        Block()
                            .Matches(page.Text)
                            .Where(block => block.Groups["what"].Value == "decisions")
                            .Select(block => (block.Groups["space"].Value, page.Name))
                    )
                    .ToDictionary()
            ),
            "decisions" => DecisionTable.Of(SpaceCatalog.Find(space)),
            "costs" => CostTable.Of(SpaceCatalog.Find(space)),
            "operations" => OperationTable.Of(SpaceCatalog.Find(space)),
            _ => throw new InvalidOperationException($"No table is called '{what}'."),
        };

    static void Expect(string path, string now)
    {
        if (Approves)
            File.WriteAllText(path, now);
        var committed = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(
            committed == now,
            $"{Path.GetRelativePath(SourceTree.Root, path)} is not what the code says, "
                + "from here on:\n"
                + $"{now[committed.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count()..].Split('\n')[0]}\n"
                + "Record it anew, and read the difference: "
                + "EVONAS_APPROVE=1 dotnet test tests/EvoNas.Cli.Tests --filter SpacePages"
        );
    }

    [GeneratedRegex(
        @"(?<begin><!-- generated: (?<what>\w+)(?: (?<space>[\w.-]+))? -->)\n.*?<!-- end -->",
        RegexOptions.Singleline
    )]
    private static partial Regex Block();

    [GeneratedRegex(@"!\[(?<genotype>[^\]]+)\]\(\.\./pictures/(?<space>[^)]+)\.svg\)")]
    private static partial Regex Picture();
}
