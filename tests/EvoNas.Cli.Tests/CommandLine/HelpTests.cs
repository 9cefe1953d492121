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
        "lineage",
        "lineage show",
        "lineage export",
        "spaces",
        "spaces list",
        "spaces show",
        "spaces describe",
        "sample",
        "train",
        "simulate",
        "simulate plan",
        "doctor",
        "node",
        "pause",
        "extend",
        "stop",
        "drain",
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

    [Fact]
    public void OfTheVersionIsOneLine()
    {
        using var some = new Some();

        Assert.Matches(@"\Aevonas \d+\.\d+\.\d+\n\z", some.Said("--version"));
    }
}
