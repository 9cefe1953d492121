using System.CommandLine;
using System.CommandLine.Parsing;

namespace EvoNas.Cli.CommandLine;

/// <summary>Makes one clear error of what the parser complains about.</summary>
static class Misuse
{
    /// <summary>What is wrong with a command line; null if nothing is.</summary>
    public static RequestException? In(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
            return Of(parsed);
        // The parser takes a slip in an option's name for the value of an optional argument.
        var slip = parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal));
        return slip is null
            ? null
            : Unknown(parsed.CommandResult.Command, Help.Path(parsed.CommandResult.Command), slip.Value);
    }

    /// <summary>What is wrong with the words before <c>--help</c>; null if they name a command. Options besides are
    /// not looked at: the help tells them.</summary>
    public static RequestException? OfCommand(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-')
            ? Unknown(command, Help.Path(command), word)
            : null;
    }

    static RequestException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = Help.Path(command);
        if (parsed.UnmatchedTokens is [var word, ..])
            return Unknown(command, path, word);
        var hint = $"See {path} --help.";
        foreach (var error in parsed.Errors)
            switch (error.SymbolResult)
            {
                case ArgumentResult { Argument: var argument } missing
                    when missing.Tokens.Count == 0 && missing.Parent is CommandResult:
                    return new($"{path} needs {Name(argument)}: {argument.Description}.", hint);
                case OptionResult { Tokens.Count: 0, Option: var option }:
                    return new($"{option.Name} needs a value: {option.HelpName}.", hint);
                case OptionResult { Tokens.Count: > 1, Option: var option }
                    when option.Arity.MaximumNumberOfValues == 1:
                    return new($"{option.Name} is given more than once.", "Give it once.");
                case CommandResult { Command: var group } when group.Subcommands.Count > 0 && group.Action is null:
                    return new($"{path} needs a command.", $"One of: {Names(group)}. See {path} --help.");
            }
        return new(parsed.Errors[0].Message.TrimEnd('.') + ".", hint);
    }

    /// <summary>That a word is none of a command's own commands or options; suggests the nearest.</summary>
    public static RequestException Unknown(Command command, string path, string word)
    {
        if (word.StartsWith('-'))
        {
            var name = word.Split('=', ':')[0];
            var known = command
                .Options.Concat(
                    command
                        .Parents.OfType<Command>()
                        .SelectMany(parent => parent.Options.Where(option => option.Recursive))
                )
                .Where(option => !option.Hidden)
                .Select(option => option.Name)
                .ToArray();
            return new(
                $"{path} has no option '{name}'.",
                (Nearest.To(name, known) is { } near ? $"Did you mean '{near}'? " : "") + $"See {path} --help."
            );
        }
        if (command.Subcommands.Any(sub => !sub.Hidden))
        {
            var known = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToArray();
            return new(
                $"There is no command '{word}' in {path}.",
                Nearest.To(word, known) is { } near
                    ? $"Did you mean '{near}'? All: {Names(command)}."
                    : $"One of: {Names(command)}."
            );
        }
        return new($"{path} does not know what to do with '{word}'.", $"See {path} --help.");
    }

    static string Names(Command command) =>
        string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));

    static string Name(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();
}
