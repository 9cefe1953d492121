using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Lineages;
using EvoNas.Searches;
using Spectre.Console;

namespace EvoNas.Cli.CommandLine;

/// <summary>Exit codes. A script may rely on them.</summary>
static class Exit
{
    public const int Done = 0;

    /// <summary>The request was right and the run failed: a damaged journal, a full disk, nothing found by a
    /// check.</summary>
    public const int Failed = 1;

    /// <summary>The request was wrong.</summary>
    public const int Wrong = 2;

    /// <summary>A defect of EvoNas; EX_SOFTWARE of sysexits.</summary>
    public const int Defect = 70;

    /// <summary>The reader of the output has gone: the exit code of a program that SIGPIPE ended.</summary>
    public const int BrokenPipe = 141;
}

/// <summary>Turns an exception into red lines, a hint and an exit code.</summary>
static class Failure
{
    const int BrokenPipeHResult = 32; // EPIPE

    public static int Report(Exception fault, Terminal terminal, bool verbose)
    {
        if (IsBrokenPipe(fault))
            return Exit.BrokenPipe;
        var (code, message, hint) = Explain(fault);
        // Values that a file or a command line holds are repeated in messages.
        foreach (var line in message.Split('\n'))
            Line(terminal, "[red]error:[/] ", Printable.Of(line));
        if (hint is not null)
            Line(terminal, "[yellow]hint:[/] ", Printable.Of(hint));
        if (verbose)
            Line(terminal, "", fault.ToString());
        return code;
    }

    /// <summary>A line on standard error that ends nothing.</summary>
    public static void Warn(Terminal terminal, string message) =>
        Line(terminal, "[yellow]warning:[/] ", Printable.Of(message));

    public static bool IsBrokenPipe(Exception fault) => fault is IOException { HResult: BrokenPipeHResult };

    static (int Code, string Message, string? Hint) Explain(Exception fault) =>
        fault switch
        {
            AggregateException { InnerExceptions: [var single] } => Explain(single),
            RequestException wrong => (Exit.Wrong, wrong.Message, wrong.Hint),
            FailedException failed => (Exit.Failed, failed.Message, failed.Hint),
            SearchStoppedException stopped => (Exit.Failed, stopped.Message, stopped.Hint),
            JournalException journal => (Exit.Failed, journal.Message, journal.Hint),
            EventSerializationException or LineageException => (
                Exit.Failed,
                $"The journal cannot be trusted: {fault.Message}",
                "See all that is wrong: evonas lineage NAME verify."
            ),
            OperationCanceledException => (Exit.Failed, "Stopped.", null),
            IOException { HResult: 28 } => (
                Exit.Failed,
                $"The disk is full: {fault.Message}",
                "Free some space and start the command again; what was recorded is kept."
            ),
            IOException or UnauthorizedAccessException => (
                Exit.Failed,
                fault.Message,
                "Check that the path exists and that you may read and write it."
            ),
            _ => (
                Exit.Defect,
                $"This is a defect of EvoNas: {fault.GetType().Name}: {FirstLine(fault.Message)}",
                "Run it again with --verbose and report what it prints."
            ),
        };

    static string FirstLine(string text) => text.AsSpan().IndexOf('\n') is var end and >= 0 ? text[..end] : text;

    // Not wrapped at the terminal's width: a red line is to be copied as it is.
    static void Line(Terminal terminal, string mark, string text)
    {
        try
        {
            terminal.PrettyError.Markup(mark);
            terminal.Error.WriteLine(text);
            terminal.Error.Flush();
        }
        catch (IOException)
        {
            Debug.WriteLine(text);
        }
    }
}
