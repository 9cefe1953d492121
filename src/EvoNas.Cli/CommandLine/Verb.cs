using System.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.CommandLine;

/// <summary>A command with examples and with its options in groups, as help shows them.</summary>
class Verb(string name, string description) : Command(name, description)
{
    readonly List<(string Line, string Means)> _examples = [];
    readonly List<(string Heading, Option[] Options)> _groups = [];

    public IReadOnlyList<(string Line, string Means)> Examples => _examples;

    public IReadOnlyList<(string Heading, Option[] Options)> Groups => _groups;

    /// <summary>A longer text under the summary.</summary>
    public string? Notes { get; init; }

    public Verb Example(string line, string means)
    {
        _examples.Add((line, means));
        return this;
    }

    /// <summary>Options under a heading.</summary>
    public Verb Takes(string heading, params Option[] options)
    {
        foreach (var option in options)
            Options.Add(option);
        _groups.Add((heading, options));
        return this;
    }

    public Verb Takes(params Argument[] arguments)
    {
        foreach (var argument in arguments)
            Arguments.Add(argument);
        return this;
    }

    public Verb Does(Func<ParseResult, int> run)
    {
        SetAction(run);
        return this;
    }

    public Verb Does(Func<ParseResult, Task<int>> run)
    {
        SetAction((result, _) => run(result));
        return this;
    }

    public Verb With(params Command[] commands)
    {
        foreach (var command in commands)
            Subcommands.Add(command);
        return this;
    }
}

/// <summary>Options that several commands share. Each command gets its own object: an option belongs to one
/// command.</summary>
static class Options
{
    public static Option<bool> Json(string what) => new("--json") { Description = $"{what} as JSON" };

    public static Option<string?> Text(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description };

    public static Option<string[]> Texts(string name, string help, string description) =>
        new(name)
        {
            HelpName = help,
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>The items of a value: between commas, but for commas in double quotes.</summary>
    public static IEnumerable<string> Items(string text)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == ',' && !quoted)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        yield return text[start..].Trim();
    }

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A whole number within bounds; the error names option, value and bounds.</summary>
    public static long Whole(this ParseResult parsed, Option<string?> option, long otherwise, long min, long max)
    {
        if (parsed.GetValue(option) is not { } text)
            return otherwise;
        return
            long.TryParse(
                text,
                System.Globalization.NumberStyles.AllowLeadingSign,
                System.Globalization.CultureInfo.InvariantCulture,
                out var value
            )
            && value >= min
            && value <= max
            ? value
            : throw new RequestException($"{option.Name} is '{text}'; it takes a whole number from {min} to {max}.");
    }

    public static ulong Seed(this ParseResult parsed, Option<string?> option, ulong otherwise)
    {
        if (parsed.GetValue(option) is not { } text)
            return otherwise;
        return ulong.TryParse(
            text,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : throw new RequestException(
                $"{option.Name} is '{text}'; it takes a whole number from 0 to {ulong.MaxValue}."
            );
    }
}
