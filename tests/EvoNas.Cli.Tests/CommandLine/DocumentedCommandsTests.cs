using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Tests.CommandLine;

/// <summary>What the pages and the help tell people to type is understood, down to the last option.</summary>
public partial class DocumentedCommandsTests
{
    // The launcher's own.
    const string Test = "test";

    static readonly Terminal Nowhere = new()
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
    };

    [Fact]
    public void EveryCommandOfAPageIsUnderstood() =>
        AssertUnderstood(
            from page in Directory.EnumerateFiles(
                SourceTree.Root,
                "*.md",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden }
            )
            where !page.Contains("/artifacts/")
            from block in Block().Matches(File.ReadAllText(page))
            from line in block.Groups["code"].Value.Replace("\\\n", "").Split('\n')
            select (Path.GetRelativePath(SourceTree.Root, page), line)
        );

    [Fact]
    public void EveryExampleOfTheHelpIsUnderstood() =>
        AssertUnderstood(
            from command in Below(Evonas.Parse([], Nowhere).CommandResult.Command)
            from example in (command as Verb)?.Examples ?? []
            select ($"evonas {command.Name} --help", example.Line)
        );

    [Fact]
    public void EveryShippedFileOfSettingsIsRead()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "hocon"), "*.conf"))
            Assert.NotNull(EffectiveSettings.Of(file).Text(KnownSettings.Space));
    }

    static void AssertUnderstood(IEnumerable<(string Where, string Line)> documented)
    {
        var (seen, faults) = (0, new List<string>());
        foreach (var (where, line) in documented)
        foreach (var typed in Typed(line))
        {
            seen++;
            if (Evonas.Parse([.. CommandLineParser.SplitCommandLine(typed)], Nowhere).Errors is [var error, ..])
                faults.Add($"{where}: evonas {typed}: {error.Message}");
        }
        Assert.True(faults.Count == 0, $"These are documented, and refused:\n  {string.Join("\n  ", faults)}");
        Assert.NotEqual(0, seen);
    }

    /// <summary>The commands of EvoNas in a line of a shell: variables before, comments, pipes and redirections behind
    /// are left out.</summary>
    static IEnumerable<string> Typed(string line) =>
        from part in Comment().Replace(line, "").Split(["| ", "&& "], StringSplitOptions.TrimEntries)
        let ours = Ours().Match(part)
        where ours.Success && !ours.Groups["rest"].Value.TrimStart().StartsWith(Test, StringComparison.Ordinal)
        select Redirection().Replace(ours.Groups["rest"].Value, "").Trim();

    static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    [GeneratedRegex(@"^```(console|sh|bash)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(^|\s)#\s.*$|^\$ ")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(\w+=\S+ )*(\S*/)?evonas(?<rest>( .*)?)$")]
    private static partial Regex Ours();

    [GeneratedRegex(@"\s\d?[<>]+\s?\S+")]
    private static partial Regex Redirection();
}
