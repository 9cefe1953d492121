using System.Text;
using System.Text.Json.Nodes;
using EvoNas.Searches;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace EvoNas.Cli.CommandLine;

/// <summary>Where a command reads and writes, and what the other end is. One a run; tests make their own.</summary>
sealed class Terminal
{
    const int PipeWidth = 10_000;

    readonly Lazy<IAnsiConsole> _pretty;
    readonly Lazy<IAnsiConsole> _prettyError;

    public Terminal() => (_pretty, _prettyError) = (new(ConsoleOfOut), new(ConsoleOfError));

    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>The output is looked at by a person: colour and moving things are welcome.</summary>
    public bool IsInteractive { get; init; }

    public bool ErrorIsInteractive { get; init; }

    public bool NoColour { get; init; }

    /// <summary>Columns and rows, asked anew each time: a person may pull at the window.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = static () => (80, 24);

    /// <summary>Environment variables, null where not set or empty.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Markup, tables and trees: with colour at a terminal, plain and as wide as it takes in a pipe.</summary>
    public IAnsiConsole Pretty => _pretty.Value;

    public IAnsiConsole PrettyError => _prettyError.Value;

    /// <summary>A report for programs: indented, camel case, numbers as numbers.</summary>
    public void WriteJson(JsonNode report) => Out.Write(JsonText.Of(report, indented: true) + "\n");

    /// <summary>One of many reports, on a line of its own.</summary>
    public void WriteJsonLine(JsonNode report) => Out.Write(JsonText.Of(report, indented: false) + "\n");

    /// <summary>Writes lines at once, for work that takes a while; quiet, nothing is written.</summary>
    public Action<string> Notes(bool quiet) =>
        text =>
        {
            if (quiet)
                return;
            Out.WriteLine(text);
            Out.Flush();
        };

    /// <summary>This terminal with everything on standard error: for work whose result alone belongs on standard
    /// output.</summary>
    public Terminal OnError() =>
        new()
        {
            In = In,
            Out = Error,
            Error = Error,
            ErrorIsInteractive = ErrorIsInteractive,
            NoColour = NoColour,
            Size = Size,
            Variable = Variable,
        };

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var (toPipe, errorToPipe) = (System.Console.IsOutputRedirected, System.Console.IsErrorRedirected);
        // The console reads this variable when it is first used, and then sends no control sequences.
        if ((!toPipe && !WindowSize.IsSome(1)) || (!errorToPipe && !WindowSize.IsSome(2)))
            Environment.SetEnvironmentVariable("TERM", "dumb");
        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new()
        {
            In = System.Console.In,
            Out = toPipe ? Unseen(1, System.Console.OpenStandardOutput) : System.Console.Out,
            Error = System.Console.Error,
            IsInteractive = !toPipe && !dumb,
            ErrorIsInteractive = !errorToPipe && !dumb,
            NoColour = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 },
            Size = static () => (Math.Max(System.Console.WindowWidth, 20), Math.Max(System.Console.WindowHeight, 5)),
            Variable = static name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        };
    }

    // The console's own stream swallows a broken pipe, so that a writer of a million lines would go on after `head` has
    // left. A plain stream says it. Only for pipes: to a file it would write at places of its own, over what others
    // append.
    static StreamWriter Unseen(int handle, Func<Stream> otherwise)
    {
        Stream stream = new FileStream(new SafeFileHandle(handle, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (stream.CanSeek)
            stream = otherwise();
        return new(stream, new UTF8Encoding(false), 16 * 1024) { NewLine = "\n" };
    }

    IAnsiConsole ConsoleOfOut() => Console(Out, IsInteractive, Size);

    IAnsiConsole ConsoleOfError() => Console(Error, ErrorIsInteractive, Size);

    IAnsiConsole Console(TextWriter writer, bool interactive, Func<(int Width, int Height)> size) =>
        AnsiConsole.Create(
            new()
            {
                Ansi = interactive ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = !interactive || NoColour ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
                Interactive = interactive ? InteractionSupport.Yes : InteractionSupport.No,
                Out = new Sheet(writer, interactive, size),
                Enrichment = new() { UseDefaultEnrichers = false },
            }
        );

    /// <summary>What Spectre draws on.</summary>
    sealed class Sheet(TextWriter writer, bool interactive, Func<(int Width, int Height)> size) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => interactive;

        public int Width => interactive ? size().Width : PipeWidth;

        public int Height => interactive ? size().Height : PipeWidth;

        public void SetEncoding(Encoding encoding) { }
    }
}
