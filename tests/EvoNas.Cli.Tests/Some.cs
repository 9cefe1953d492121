using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;

namespace EvoNas.Cli.Tests;

/// <summary>A home folder with a small space and its table, thrown away at the end; commands run in this process
/// against it.</summary>
sealed class Some : IDisposable
{
    public Some()
    {
        Home = Directory.CreateTempSubdirectory("evonas-cli-").FullName;
        Space = Path.Combine(Home, "cubes.json");
        Table = Path.Combine(Home, "cubes.csv");
        File.WriteAllText(
            Space,
            """
            { "name": "cubes", "decisions": [
                { "name": "a", "one_of": ["x", "y", "z"] }, { "name": "b", "one_of": ["x", "y", "z"] },
                { "name": "c", "one_of": ["x", "y", "z"] }, { "name": "d", "one_of": ["x", "y", "z"] } ] }
            """
        );
        File.WriteAllLines(
            Table,
            ["# Every cube, three runs each.", "arch,mean,run1,run2,run3,flops", .. Enumerable.Range(0, 81).Select(Row)]
        );
    }

    public string Home { get; }

    public string Space { get; }

    public string Table { get; }

    /// <summary>The options of a search over the table.</summary>
    public string[] Search => ["--space", Space, "--evaluate", $"table:{Table}", "--key", "arch", "--metric", "mean"];

    /// <summary>A command's exit code and what it wrote; lines end in \n.</summary>
    public (int Code, string Out, string Error) Run(params string[] args) => RunAt(null, "", args);

    /// <param name="width">Of a terminal; null: a pipe.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="args">The command line.</param>
    public (int Code, string Out, string Error) RunAt(int? width, string input, params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var terminal = new Terminal
        {
            In = new StringReader(input),
            Out = output,
            Error = error,
            IsInteractive = width is not null,
            NoColour = true,
            Size = () => (width ?? 80, 24),
            Variable = name => name == "EVONAS_HOME" ? Home : null,
        };
        var code = Evonas.Run(args, terminal).GetAwaiter().GetResult();
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>What a command says that must succeed.</summary>
    public string Said(params string[] args)
    {
        var (code, said, error) = Run(args);
        Assert.True(code == 0, $"evonas {string.Join(' ', args)} ended with {code}: {error}");
        return said;
    }

    public JsonNode Json(params string[] args) => JsonNode.Parse(Said([.. args, "--json"]))!; // A report is never null.

    // The more z, the better; the runs lie around the mean.
    static string Row(int number)
    {
        var digits = new[] { number / 27, number / 9 % 3, number / 3 % 3, number % 3 };
        var mean = 80 + digits.Sum();
        return $"{string.Concat(digits)},{mean},{mean - 1},{mean},{mean + 1},{1000 * digits.Sum()}";
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
