using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Tests.Support;

namespace EvoNas.Cli.Tests;

/// <summary>A home folder with a small space and its table, thrown away at the end; commands run in this process
/// against it.</summary>
sealed class Some : IDisposable
{
    readonly CubeFolder _folder = new();

    public string Home => _folder.Home;

    public string Space => _folder.Space;

    public string Table => _folder.Table;

    /// <summary>A file of the home folder, with a text.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text) => _folder.Write(name, text);

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

    public void Dispose() => _folder.Dispose();
}
