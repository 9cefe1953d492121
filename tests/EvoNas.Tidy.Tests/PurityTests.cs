using System.Text.RegularExpressions;

namespace EvoNas.Tidy.Tests;

/// <summary>The pure projects read no clock, draw no shared random numbers, own no thread and do no I/O. The analyzer
/// bans calls; this test bans the words.</summary>
public partial class PurityTests
{
    static readonly string[] PureProjects = ["EvoNas", "EvoNas.Actors", "EvoNas.Simulation"];

    static IEnumerable<Project> Pure => Repository.SourceProjects.Where(project => PureProjects.Contains(project.Name));

    [Fact]
    public void PureProjectsSaySoAndSoAreWatchedByTheAnalyzer() =>
        Repository.Expect(
            from project in Pure
            where !project.IsPure
            select project.Name,
            "Write <Pure>true</Pure> into these projects; Directory.Build.targets then adds BannedSymbols.txt:"
        );

    [Fact]
    public void TheAnalyzerBansClocksChanceThreadsAndFiles()
    {
        var banned = File.ReadAllText(Path.Combine(Repository.Root, "BannedSymbols.txt"));
        string[] needed =
        [
            "DateTime.UtcNow",
            "DateTimeOffset.UtcNow",
            "Stopwatch",
            "TimeProvider",
            "System.Random",
            "Guid.NewGuid",
            "Threading.Thread",
            "Tasks.Task;",
            "IO.File;",
            "Console",
        ];
        Repository.Expect(
            from symbol in needed
            where !banned.Contains(symbol)
            select symbol,
            "BannedSymbols.txt no longer names:"
        );
        Assert.Contains(
            "BannedSymbols.txt",
            File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.targets"))
        );
    }

    [Fact]
    public void PureProjectsNameNoImpureNamespaceAndAwaitNothing() =>
        Repository.Expect(
            from project in Pure
            from file in project.Sources
            where file.Leaf.EndsWith(".cs", StringComparison.Ordinal)
            from line in file.Lines.Index()
            let code = Comment().Replace(line.Item, "")
            where Impure().IsMatch(code)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}",
            "Ask for the value as an argument, or return an effect that the host carries out:"
        );

    [Theory]
    [InlineData("using System.IO;")]
    [InlineData("    async Task Run()")]
    [InlineData("#pragma warning disable RS0030")]
    public void ImpureLinesAreFound(string line) => Assert.Matches(Impure(), line);

    [GeneratedRegex(@"//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bSystem\.(IO|Net|Threading|Diagnostics\.Process)\b|\basync\b|\bawait\b|RS0030")]
    private static partial Regex Impure();
}
