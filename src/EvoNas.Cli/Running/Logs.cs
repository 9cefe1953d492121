using System.Globalization;
using EvoNas.Searches.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace EvoNas.Cli.Running;

/// <summary>A search's log: a file of JSON lines that a machine can read, and the terminal for what a person must
/// know.</summary>
static class Logs
{
    /// <param name="folder">In which the files lie.</param>
    /// <param name="effective">Levels, size and number of files.</param>
    /// <param name="console">Whether lines may stand on standard error: not beside a view that moves.</param>
    public static Serilog.Core.Logger Open(string folder, EffectiveSettings effective, bool console)
    {
        var file = Level(effective, KnownSettings.LogFile);
        var terminal = Level(effective, KnownSettings.LogConsole);
        var logs = new LoggerConfiguration()
            .MinimumLevel.Is(console && terminal < file ? terminal : file)
            .Enrich.WithProperty("process", Environment.ProcessId)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(folder, "evonas-.jsonl"),
                restrictedToMinimumLevel: file,
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: effective.Size(KnownSettings.LogFileSize),
                retainedFileCountLimit: (int)effective.Whole(KnownSettings.LogFilesKept)!.Value, // It has no auto.
                shared: false
            );
        if (console)
            logs = logs.WriteTo.Console(
                restrictedToMinimumLevel: terminal,
                standardErrorFromLevel: LogEventLevel.Verbose,
                formatter: new FirstLine()
            );
        return logs.CreateLogger();
    }

    static LogEventLevel Level(EffectiveSettings effective, Setting setting) =>
        Enum.Parse<LogEventLevel>(effective.Text(setting)!, ignoreCase: true); // Levels have no auto.

    /// <summary>The level and the first line of a message: Akka.NET's messages may hold the stack of an exception,
    /// which stands in the file.</summary>
    sealed class FirstLine : ITextFormatter
    {
        readonly MessageTemplateTextFormatter _whole = new("{Level:w}: {Message:lj}", CultureInfo.InvariantCulture);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter();
            _whole.Format(logEvent, text);
            output.WriteLine(text.ToString().Split(['\r', '\n'], 2)[0]);
        }
    }
}
