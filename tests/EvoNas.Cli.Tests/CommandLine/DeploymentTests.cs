using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Tests.CommandLine;

/// <summary>What lies in deploy/ starts what the program understands, names what exists, and waits as long as a drain
/// takes.</summary>
public partial class DeploymentTests
{
    // Leaving the cluster comes after the drain: the phases of Akka.NET's coordinated shutdown that follow.
    const double LeavingSeconds = 60;

    static readonly Terminal Nowhere = new()
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
    };

    static readonly (string Name, string Text)[] Files =
    [
        .. Directory
            .EnumerateFiles(At("deploy"), "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/secrets/"))
            .Select(path => (Path.GetRelativePath(At(""), path), File.ReadAllText(path))),
    ];

    [Fact]
    public void EveryCommandIsUnderstood()
    {
        var typed = Files
            .SelectMany(file => Typed(file.Text).Select(arguments => (file.Name, Arguments: arguments)))
            .ToArray();
        foreach (
            var kind in (string[])
                [
                    "Dockerfile",
                    "compose.yaml",
                    "coordinator.yaml",
                    "evaluator.yaml",
                    "migrate.yaml",
                    "evonas@.service",
                    "evonas-coordinator.service",
                    "evonas-evaluator.service",
                    "evaluators.sbatch",
                ]
        )
            Assert.Contains(typed, one => one.Name.EndsWith(kind, StringComparison.Ordinal));
        Expect(
            from one in typed
            from error in Evonas.Parse(one.Arguments, Nowhere).Errors
            select $"{one.Name}: evonas {string.Join(' ', one.Arguments)}: {error.Message}"
        );
    }

    [Fact]
    public void EveryVariableIsReadByTheProgram()
    {
        var sources = string.Concat(
            Directory.EnumerateFiles(At("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
        );
        Expect(
            from file in Files
            from Match variable in Variable().Matches(file.Text)
            // Of compose itself.
            where variable.Value != "EVONAS_IMAGE" && !sources.Contains($"\"{variable.Value}\"")
            select $"{file.Name}: {variable.Value}"
        );
    }

    [Fact]
    public void EveryFileOfSettingsIsInTheImage() =>
        Expect(
            from file in Files
            where
                !file.Name.EndsWith(".md", StringComparison.Ordinal)
                && !file.Name.EndsWith(".service", StringComparison.Ordinal)
            from Match settings in Settings().Matches(file.Text)
            where !File.Exists(At($"hocon/{settings.Groups["file"].Value}"))
            select $"{file.Name}: {settings.Value}"
        );

    [Fact]
    public void EveryPatternOfARoleIsRead()
    {
        foreach (var file in Directory.EnumerateFiles(At("hocon/roles"), "*.conf"))
            Assert.NotEmpty(EffectiveSettings.Of(file).Texts(MemberSettings.Roles));
    }

    [Fact]
    public void NodesHaveTheTimeToDrain()
    {
        var drain = EffectiveSettings.Of(null).Duration(KnownSettings.Drain).TotalSeconds;
        var given = (
            from file in Files
            from Match time in EndTime().Matches(file.Text)
            where !file.Text.Contains("--migrate") || file.Text.Contains("--seeds")
            where !file.Text.Contains("evonas search")
            select (file.Name, Seconds: double.Parse(time.Groups["seconds"].Value, CultureInfo.InvariantCulture))
        ).ToArray();
        Assert.True(given.Length >= 5, "compose, two sets of Kubernetes, and two units say how long a node may take");
        // The database of compose ends sooner.
        Expect(
            from one in given
            where one.Seconds < drain + LeavingSeconds && one is not { Seconds: 60, Name: "deploy/compose.yaml" }
            select $"{one.Name}: {one.Seconds} s, not {drain + LeavingSeconds}"
        );
    }

    /// <summary>The arguments of the program: lists in YAML and Dockerfiles, lines of units and scripts.</summary>
    static IEnumerable<string[]> Typed(string text)
    {
        foreach (Match list in Listed().Matches(text))
            if (JsonSerializer.Deserialize<string[]>(list.Groups["list"].Value) is ["node" or "--help", ..] arguments)
                yield return arguments;
        foreach (Match line in Started().Matches(text.Replace("\\\n", " ")))
            yield return
            [
                .. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(
                    line.Groups["rest"].Value.TrimEnd('&', ' ')
                ),
            ];
    }

    static void Expect(IEnumerable<string> faults)
    {
        string[] all = [.. faults];
        Assert.True(all.Length == 0, $"These are deployed, and wrong:\n  {string.Join("\n  ", all)}");
    }

    static string At(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EvoNas.sln")))
                return Path.Combine(folder.FullName, path);
        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds EvoNas.sln; this test reads deploy/ beside it."
        );
    }

    [GeneratedRegex(@"^\s*(command|args|CMD):? (?<list>\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^(ExecStart=/opt/evonas/evonas|""\$EVONAS"") (?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex Started();

    [GeneratedRegex(@"\bEVONAS_[A-Z_]+\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"/etc/evonas/(?<file>[\w/-]+\.conf)")]
    private static partial Regex Settings();

    [GeneratedRegex(@"(stop_grace_period|terminationGracePeriodSeconds|TimeoutStopSec)[:=]\s*(?<seconds>\d+)")]
    private static partial Regex EndTime();
}
