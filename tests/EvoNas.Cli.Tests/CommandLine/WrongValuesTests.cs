using System.CommandLine;
using EvoNas.Cli.CommandLine;

namespace EvoNas.Cli.Tests.CommandLine;

/// <summary>Exit code 70 says that EvoNas has a defect: no value of an option may lead to it.</summary>
public class WrongValuesTests
{
    static readonly string[] Wrong =
    [
        "",
        " ",
        "-1",
        "0",
        "nan",
        "x y",
        "99999999999999999999999",
        "/dev/null",
        "a:b:c",
        "{}",
        "\u001b[2J",
    ];

    // What is given besides: so that a value that is good after all starts nothing that goes on.
    static string[] Besides(string command, Some some) =>
        command switch
        {
            "node" => ["--port", "0", "--journal", Path.Combine(some.Home, "no", "c.db")],
            "search" => [.. some.Search, "--budget", "2"],
            _ => throw new ArgumentException($"No such command: {command}", nameof(command)),
        };

    [Theory]
    [InlineData("node")]
    [InlineData("search")]
    public void NoValueOfAnOptionIsTakenForADefect(string command)
    {
        using var some = new Some();
        var besides = Besides(command, some);
        var options = Evonas
            .Parse(
                [command],
                new Terminal
                {
                    In = TextReader.Null,
                    Out = TextWriter.Null,
                    Error = TextWriter.Null,
                }
            )
            .CommandResult.Command.Options.Where(option => option.ValueType != typeof(bool) && !option.Hidden)
            // Any of the values may name a file to be made, and then the node runs.
            .Where(option => (command, option.Name) is not ("node", "--journal"))
            .ToArray();
        Assert.True(options.Length > 10, $"{command} has {options.Length} options with values.");
        var defects = new List<string>();

        foreach (var option in options)
        foreach (var value in Wrong)
        {
            string[] args = [command, .. Without(besides, option.Name), $"{option.Name}={value}"];
            var (code, _, error) = some.Run(args);
            if (code == 0)
                continue;
            if (
                code is not (1 or 2)
                || !error.StartsWith("error: ", StringComparison.Ordinal)
                || error.Contains('\u001b')
            )
                defects.Add($"{option.Name} '{value}' ended with {code}: {error}");
        }

        Assert.True(defects.Count == 0, string.Join('\n', defects));
    }

    static IEnumerable<string> Without(string[] pairs, string option) =>
        pairs.Chunk(2).Where(pair => pair[0] != option).SelectMany(pair => pair);
}
