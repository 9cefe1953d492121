using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.Dashboards;
using EvoNas.Cli.Doctor;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Proxies;
using EvoNas.Cli.Running;
using EvoNas.Cli.Scoring;
using EvoNas.Cli.Searches;
using EvoNas.Cli.Simulating;
using EvoNas.Cli.Spaces;
using EvoNas.Cli.Surveys;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.CommandLine;

/// <summary>The program: its commands, and what every one of them shares.</summary>
static class Evonas
{
    public const string Name = "evonas";

    public static string Version { get; } =
        (
            typeof(Evonas).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "0"
        ).Split('+')[0];

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code, see <see cref="Exit"/>.</returns>
    public static async Task<int> Run(string[] args, Terminal terminal)
    {
        var verbose = args.TakeWhile(arg => arg != "--").Contains("--verbose");
        try
        {
            var parsed = Parse(args, terminal);
            var misuse = parsed.Action switch
            {
                Help => Misuse.OfCommand(parsed),
                PrintVersion => null,
                _ => Misuse.In(parsed),
            };
            if (misuse is not null)
                throw misuse;
            var code = await parsed.InvokeAsync(
                new()
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null, // Ctrl-C drains a search; that is ours to do.
                    Output = terminal.Out,
                    Error = terminal.Error,
                }
            );
            await terminal.Out.FlushAsync();
            return code;
        }
        catch (Exception fault)
        {
            // What a report had said before it failed is shown before the error.
            try
            {
                await terminal.Out.FlushAsync();
            }
            catch (IOException) when (Failure.IsBrokenPipe(fault)) { }
            catch (IOException unwritten)
            {
                return Failure.Report(unwritten, terminal, verbose);
            }
            return Failure.Report(fault, terminal, verbose);
        }
    }

    /// <summary>What a command line asks for, or what is wrong with it.</summary>
    public static ParseResult Parse(string[] args, Terminal terminal) =>
        new Front(terminal).Parse(
            args,
            new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null }
        );

    /// <summary>The root command; a <see cref="RootCommand"/> cannot be a <see cref="Verb"/>.</summary>
    sealed class Front : RootCommand
    {
        public Front(Terminal terminal)
            : base("evolves neural networks, and loses nothing")
        {
            Options.Clear();
            Options.Add(
                new HelpOption("--help", "-h")
                {
                    Description = "Show this",
                    Recursive = true,
                    Action = new Help(terminal),
                }
            );
            Options.Add(new VersionOptionOf(terminal));
            Options.Add(new Option<bool>("--verbose") { Description = "Add the stack to an error", Recursive = true });
            Directives.Clear();
            SetAction(_ =>
            {
                new Help(terminal).Show(this);
                return Exit.Done;
            });
            var config = CommandLine.Options.Text("--config", "FILE", "Settings in a file; options lie over it");
            config.Recursive = true;
            base.Options.Add(config);
            Home At(ParseResult parsed) =>
                // The setting has a default.
                Home.Of(terminal.Variable, EffectiveSettings.Of(parsed.GetValue(config)).Text(KnownSettings.Home)!);
            Subcommands.Add(SearchCommand.Make(terminal, config));
            Subcommands.Add(SearchCommand.MakeResume(terminal, config));
            Subcommands.Add(StatusCommand.Make(terminal, config, At));
            Subcommands.Add(TopCommand.Make(terminal, config, At));
            Subcommands.Add(DashboardCommand.Make(terminal, config, At));
            Subcommands.Add(ActorsCommand.Make(terminal, config, At));
            Subcommands.Add(TraceCommand.Make(terminal, config, At));
            Subcommands.Add(ProposeCommand.Make(terminal, config, At));
            Subcommands.Add(LineageCommand.Make(terminal, At));
            Subcommands.Add(ReportCommand.Make(terminal, At));
            Subcommands.Add(SurveyCommand.Make(terminal, config));
            Subcommands.Add(ProxyCommand.Make(terminal, config, At));
            Subcommands.Add(SpacesCommand.Make(terminal, config));
            Subcommands.Add(SampleCommand.Make(terminal));
            Subcommands.Add(TrainCommand.Make(terminal, config));
            Subcommands.Add(ScoreCommand.Make(terminal));
            Subcommands.Add(DataCommand.Make(terminal, config));
            Subcommands.Add(NetworkExportCommand.Make(terminal, At));
            Subcommands.Add(SimulateCommand.Make(terminal, At));
            Subcommands.Add(DoctorCommand.Make(terminal, config));
            Subcommands.Add(ClusterCommand.MakeNode(terminal, config));
            foreach (var verb in ClusterCommand.MakeSteering(terminal, config))
                Subcommands.Add(verb);
            Subcommands.Add(WorkerCommand.Make());
            Subcommands.Add(MakeHelp(terminal));
            Subcommands.Add(new Verb("version", "Show the version").Does(_ => PrintVersion.Write(terminal)));
        }

        // As people type it who know git or docker.
        Verb MakeHelp(Terminal terminal)
        {
            var words = new Argument<string[]>("command")
            {
                HelpName = "COMMAND",
                Description = "A command, with its own if it has some; all commands if left out",
                Arity = ArgumentArity.ZeroOrMore,
            };
            return new Verb("help", "Show the help of a command")
                .Takes(words)
                .Example("evonas help search", "what a search takes")
                .Example("evonas help spaces draw", "a command of a command")
                .Does(parsed =>
                {
                    Command command = this;
                    foreach (var word in parsed.GetValue(words) ?? [])
                        command =
                            command.Subcommands.FirstOrDefault(sub => !sub.Hidden && sub.Name == word)
                            ?? throw Misuse.Unknown(command, Help.Path(command), word);
                    new Help(terminal).Show(command);
                    return Exit.Done;
                });
        }
    }

    sealed class VersionOptionOf : Option<bool>
    {
        public VersionOptionOf(Terminal terminal)
            : base("--version")
        {
            Description = "Show the version";
            Action = new PrintVersion(terminal);
        }
    }

    sealed class PrintVersion(Terminal terminal) : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override int Invoke(ParseResult parseResult) => Write(terminal);

        public static int Write(Terminal terminal)
        {
            terminal.Out.Write($"{Name} {Version}\n");
            return Exit.Done;
        }
    }
}
