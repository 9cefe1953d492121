namespace EvoNas.Cli.Tests.CommandLine;

public class HelpTests
{
    static readonly string[] Names =
    [
        "",
        "search",
        "resume",
        "status",
        "top",
        "dashboard",
        "actors",
        "lineage",
        "lineage show",
        "lineage export",
        "lineage draw",
        "report",
        "survey",
        "proxy",
        "proxy variance",
        "proxy select",
        "proxy controller",
        "spaces",
        "spaces list",
        "spaces show",
        "spaces describe",
        "sample",
        "train",
        "export",
        "simulate",
        "simulate plan",
        "doctor",
        "node",
        "pause",
        "extend",
        "stop",
        "drain",
        "help",
        "version",
    ];

    public static TheoryData<string> Commands => [.. Names];

    [Theory, MemberData(nameof(Commands))]
    public void OfEveryCommandFitsOnALine(string command)
    {
        using var some = new Some();

        var help = some.Said([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.StartsWith($"evonas {command}".TrimEnd(), help);
        Assert.Contains("\nUsage\n", help);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 101, line));
    }

    [Fact]
    public void HasEveryCommandThatPeopleCall()
    {
        using var some = new Some();

        var help = some.Said("--help");

        foreach (var command in Names.Where(name => name != "" && !name.Contains(' ')))
            Assert.Contains($"\n  {command}", help);
        Assert.DoesNotContain("worker", help);
    }

    [Fact]
    public void IsWhatTheNameAloneSays()
    {
        using var some = new Some();

        Assert.Equal(some.Said("--help"), some.Said());
    }

    [Theory]
    [InlineData("")]
    [InlineData("search")]
    [InlineData("spaces draw")]
    public void IsAlsoACommand(string command)
    {
        using var some = new Some();
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(some.Said([.. words, "--help"]), some.Said(["help", .. words]));
    }

    [Theory]
    [InlineData("help sarch", "There is no command 'sarch' in evonas.")]
    [InlineData("help spaces shw", "There is no command 'shw' in evonas spaces.")]
    [InlineData("help worker", "There is no command 'worker' in evonas.")]
    [InlineData("help search more", "evonas search does not know what to do with 'more'.")]
    [InlineData("sarch --help", "There is no command 'sarch' in evonas.")]
    [InlineData("sarch --budget 3 -h", "There is no command 'sarch' in evonas.")]
    [InlineData("spaces shw --help", "There is no command 'shw' in evonas spaces.")]
    [InlineData("lineage night shw --help", "There is no command 'shw' in evonas lineage.")]
    public void OfACommandThatIsNoneIsAWrongRequest(string line, string message)
    {
        using var some = new Some();

        var (code, said, error) = some.Run(line.Split(' '));

        Assert.Equal((2, ""), (code, said));
        Assert.StartsWith($"error: {message}", error);
    }

    [Theory]
    [InlineData("search --budget many --help", "evonas search")]
    [InlineData("search --budgt 3 --help", "evonas search")]
    [InlineData("spaces show regnet-x --help", "evonas spaces show")]
    [InlineData("lineage night --help", "evonas lineage")]
    public void ForgivesWhatStandsBesides(string line, string begin)
    {
        using var some = new Some();

        Assert.StartsWith(begin, some.Said(line.Split(' ')));
    }

    [Fact]
    public void OfTheVersionIsOneLine()
    {
        using var some = new Some();

        Assert.Matches(@"\Aevonas \d+\.\d+\.\d+\n\z", some.Said("--version"));
        Assert.Equal(some.Said("--version"), some.Said("version"));
    }
}
