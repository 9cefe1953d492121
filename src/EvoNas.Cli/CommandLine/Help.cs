using System.CommandLine;
using System.CommandLine.Invocation;
using EvoNas.Cli.Views;
using Spectre.Console;

namespace EvoNas.Cli.CommandLine;

/// <summary>What <c>--help</c> prints: summary, usage, examples first (they are what people look for), then commands
/// and options in groups.</summary>
sealed class Help(Terminal terminal) : SynchronousCommandLineAction
{
    const int ColumnMax = 30;

    public override bool Terminating => true;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Show(parseResult.CommandResult.Command);
        return Exit.Done;
    }

    public void Show(Command command)
    {
        var verb = command as Verb;
        Line($"[bold]{Markup.Escape(Path(command))}[/]  {Markup.Escape(command.Description ?? "")}");
        Heading("Usage");
        Line($"  {Markup.Escape(Usage(command))}");
        if (verb is { Examples.Count: > 0 })
        {
            Heading("Examples");
            Columns([.. verb.Examples.Select(example => (example.Line, example.Means))], widest: 64);
        }
        if (verb?.Notes is { } notes)
        {
            Line("");
            foreach (var line in notes.Split('\n'))
                Wrapped("", line, 0);
        }
        var commands = command.Subcommands.Where(sub => !sub.Hidden).ToArray();
        if (commands.Length > 0)
        {
            Heading("Commands");
            Columns([
                .. commands.Select(sub =>
                    (string.Join(' ', new[] { sub.Name }.Concat(sub.Arguments.Select(Label))), sub.Description ?? "")
                ),
            ]);
        }
        if (command.Arguments.Any(argument => argument.Description is not null))
        {
            Heading("Arguments");
            Columns([
                .. command
                    .Arguments.Where(argument => !argument.Hidden)
                    .Select(argument => (Name(argument), argument.Description ?? "")),
            ]);
        }
        foreach (var (heading, options) in verb?.Groups ?? [])
            Section(heading, options);
        Section("Everywhere", [.. AllRecursive(command)]);
        terminal.Out.Flush();
    }

    /// <summary>The words that call a command: <c>evonas spaces show</c>.</summary>
    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent
            ? $"{Path(parent)} {command.Name}"
            : Evonas.Name;

    void Section(string heading, IReadOnlyCollection<Option> options)
    {
        var shown = options.Where(option => !option.Hidden).ToArray();
        if (shown.Length == 0)
            return;
        Heading(heading);
        Columns([.. shown.Select(option => (Label(option), option.Description ?? ""))]);
    }

    static IEnumerable<Option> AllRecursive(Command command) =>
        command
            .Options.Where(option => option.Recursive || option is System.CommandLine.Help.HelpOption or VersionOption)
            .Concat(
                command
                    .Parents.OfType<Command>()
                    .SelectMany(parent => AllRecursive(parent).Where(option => option.Recursive))
            )
            .DistinctBy(option => option.Name);

    static string Usage(Command command)
    {
        var words = new List<string> { Path(command) };
        if (command.Subcommands.Any(sub => !sub.Hidden))
            words.Add(command.Action is null ? "COMMAND" : "[COMMAND]");
        words.AddRange(command.Arguments.Where(argument => !argument.Hidden).Select(Label));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    static string Name(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    static string Label(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 ? $"[{Name(argument)}]" : Name(argument);

    static string Label(Option option)
    {
        var names = string.Join(
            ", ",
            option
                .Aliases.Where(alias => alias.StartsWith('-') && alias != "-?" && alias != "/?" && alias != "/h")
                .Append(option.Name)
                .Distinct()
        );
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    void Heading(string text)
    {
        Line("");
        Line($"[yellow]{text}[/]");
    }

    void Columns((string Left, string Right)[] rows, int widest = ColumnMax)
    {
        var width = rows.Select(row => row.Left.Length).Where(length => length <= widest).DefaultIfEmpty(0).Max();
        foreach (var (left, right) in rows)
            if (left.Length <= width)
                Wrapped($"  [aqua]{Markup.Escape(left)}[/]{new string(' ', width - left.Length)}  ", right, width + 4);
            else
            {
                Line($"  [aqua]{Markup.Escape(left)}[/]");
                Wrapped(new string(' ', width + 4), right, width + 4);
            }
    }

    // Wrapped by hand, so that a pipe gets the same 80 columns as a small terminal.
    void Wrapped(string first, string text, int indent)
    {
        var room = Math.Max(24, Math.Min(terminal.IsInteractive ? terminal.Size().Width : 100, 120) - indent - 1);
        var line = first;
        var used = 0;
        foreach (var word in text.Split(' '))
        {
            if (used > 0 && used + 1 + word.Length > room)
            {
                Line(line);
                (line, used) = (new string(' ', indent), 0);
            }
            line += (used > 0 ? " " : "") + Markup.Escape(word);
            used += word.Length + (used > 0 ? 1 : 0);
        }
        Line(line);
    }

    void Line(string markup)
    {
        // Straight to the writer: Spectre would wrap the line a second time.
        if (terminal.IsInteractive)
            terminal.Pretty.MarkupLine(markup);
        else
            terminal.Out.WriteLine(Markup.Remove(markup));
    }
}
