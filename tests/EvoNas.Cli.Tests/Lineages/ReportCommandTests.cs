using System.Xml.Linq;

namespace EvoNas.Cli.Tests.Lineages;

public class ReportCommandTests
{
    [Fact]
    public void AReportIsOneFileWithTheBestAndWhatWasChosen()
    {
        using var some = Searched();
        var file = Path.Combine(some.Home, "night.html");

        Assert.Equal($"cubes: 60 births in {file}\n", some.Said("report", "cubes", "-o", file));

        var page = File.ReadAllText(file);
        Assert.Contains($"<h3>The best: #{some.Json("status", "cubes")["best"]!["birth"]}</h3>", page);
        Assert.Contains("Share of births", page);
        Assert.Contains("<dt>evonas.search.seed</dt><dd>2</dd>", page);
        Assert.Contains($"<dt>machine</dt><dd>{Environment.MachineName}</dd>", page);
        Assert.Contains("<dt>state</dt><dd>finished</dd>", page);
        Assert.DoesNotContain(Directory.EnumerateFiles(some.Home), path => path.EndsWith(".new"));
    }

    [Fact]
    public void ALineageIsDrawnAlsoFromTheFileOfACluster()
    {
        using var some = Searched();
        var (own, cluster) = (Path.Combine(some.Home, "own.svg"), Path.Combine(some.Home, "cluster.svg"));
        var journal = Path.Combine(some.Home, "searches", "cubes", "search.db");

        some.Said("lineage", "cubes", "draw", "-o", own);
        some.Said("lineage", "cubes", "draw", "--output", cluster, "--journal", journal);

        Assert.Equal("svg", XDocument.Load(own).Root!.Name.LocalName);
        Assert.Equal(File.ReadAllText(own), File.ReadAllText(cluster));
    }

    [Theory]
    [InlineData("report none -o {0}/a.html", "There is no search called 'none'")]
    [InlineData("report cubes none -o {0}/a.html", "There is no search called 'none'")]
    [InlineData("report cubes -o {0}", "'{0}' is a folder.")]
    [InlineData("report cubes -o /proc/a.html", "'/proc/a.html' cannot be written: ")]
    [InlineData("report cubes -o {0}/no/a.html", "There is no folder '{0}/no'.")]
    [InlineData("report cubes -o {0}/a.pdf", "A report is not written as '.pdf'.")]
    [InlineData("report cubes -o {0}/a.html --server --journal x", "--journal and --server are two journals.")]
    [InlineData("lineage cubes draw -o {0}/a.png", "A lineage is not written as '.png'.")]
    public void AWrongRequestWritesNothing(string line, string message)
    {
        using var some = Searched();
        var before = Directory.EnumerateFiles(some.Home).Count();

        var (code, said, error) = some.Run(line.Replace("{0}", some.Home).Split(' '));

        Assert.Equal((2, ""), (code, said));
        Assert.StartsWith($"error: {message.Replace("{0}", some.Home)}", error);
        Assert.Equal(before, Directory.EnumerateFiles(some.Home).Count());
    }

    static Some Searched()
    {
        var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "60", "--seed", "2", "--name", "cubes"]);
        return some;
    }
}
