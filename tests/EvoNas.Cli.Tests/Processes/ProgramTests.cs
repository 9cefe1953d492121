using System.Diagnostics;
using System.Text.Json.Nodes;
using EvoNas.Rehearsal;
using EvoNas.Torch.Tests.Support;

namespace EvoNas.Cli.Tests.Processes;

/// <summary>The built program as a process: what only the system can show.</summary>
public class ProgramTests
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task AReaderThatLeavesEndsAWriterWithoutAWord()
    {
        using var some = new Some();
        using var program = Start(some, "sample", some.Space, "--count", "5000000");

        await program.StandardOutput.ReadLineAsync();
        program.StandardOutput.Close();
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(141, program.ExitCode);
        Assert.Equal("", await program.StandardError.ReadToEndAsync());
    }

    [Fact]
    public async Task ATerminationDrainsTheSearchAndItGoesOnLater()
    {
        using var some = new Some();
        using (
            var program = Start(
                some,
                ["search", .. some.Search, "--budget", "100000000", "--repeat-duplicates", "--name", "cubes"]
            )
        )
        {
            // The first end is on its way to us: the search runs.
            string? line;
            while (
                (line = await program.StandardOutput.ReadLineAsync().WaitAsync(Patience)) is not null
                && !line.Contains("#1  ")
            ) { }
            var rest = program.StandardOutput.ReadToEndAsync();
            using (var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]))
                await kill.WaitForExitAsync();
            await program.WaitForExitAsync().WaitAsync(Patience);

            Assert.Equal(0, program.ExitCode);
            Assert.Contains("Paused  cubes", await rest);
        }

        var status = some.Json("status", "cubes");
        Assert.Equal("paused", (string?)status["state"]);
        // A child may have been bred that no slot was given any more; nothing else is open.
        Assert.InRange((long)status["pending"]!, 0, 1); // A report has it.
        Assert.Equal((long?)status["births"], (long?)status["scored"] + (long?)status["pending"]);
    }

    [Fact]
    public async Task AKilledSearchIsInterruptedAndLosesNothing()
    {
        using var some = new Some();
        using (
            var program = Start(
                some,
                ["search", .. some.Search, "--budget", "100000000", "--repeat-duplicates", "--name", "cubes"]
            )
        )
        {
            while (
                await program.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && !line.Contains("#20  ")
            ) { }
            program.Kill();
            await program.WaitForExitAsync().WaitAsync(Patience);
        }

        var before = (long)some.Json("status", "cubes")["births"]!; // A report has it.
        Assert.True(before >= 20);
        Assert.Equal("interrupted", (string?)some.Json("status", "cubes")["state"]);
        Assert.Equal(before, some.Said("lineage", "cubes", "export").TrimEnd('\n').Split('\n').Length - 1);
    }

    [Fact]
    public async Task AKilledSurveyGoesOnWithTheSameCommandToTheSameNetworks()
    {
        using var some = new Some();
        string[] Survey(string name) =>
            ["survey", name, .. some.Search, "--perfect", "100", "--networks", "80", "--slots", "1"];
        using (var program = Start(some, Survey("killed")))
        {
            while (
                await program.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && !line.Contains("#3  ")
            ) { }
            program.Kill();
            await program.WaitForExitAsync().WaitAsync(Patience);
        }

        var killed = some.Json(Survey("killed"))["spaces"]![0]!;

        Assert.Equal(80, (int)killed["networks"]!);
        Assert.True(JsonNode.DeepEquals(killed, some.Json(Survey("whole"))["spaces"]![0]));
    }

    [Fact]
    public async Task ASurveyThatIsTerminatedBeginsNoOtherSpace()
    {
        using var some = new Some();
        var other = some.Write("other.json", File.ReadAllText(some.Space).Replace("cubes", "others"));
        string[] command = ["survey", "s", .. some.Search, "--space", other, "--perfect", "100", "--networks", "81"];
        using (var program = Start(some, command))
        {
            // The line that introduces the first search: it runs, or will soon.
            await program.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            var rest = program.StandardOutput.ReadToEndAsync();
            using (var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]))
                await kill.WaitForExitAsync();
            await program.WaitForExitAsync().WaitAsync(Patience);

            Assert.Contains("s.cubes", await rest);
            Assert.Equal(2, some.Run("status", "s.others").Code);
        }

        Assert.Equal([81, 81], some.Json(command)["spaces"]!.AsArray().Select(space => (int)space!["networks"]!));
    }

    // EVONAS_LONG=1: 40 kills over 60,000 births.
    [Fact]
    public async Task ASearchKilledAgainAndAgainEndsWithEveryBirthEndedOnceAndItsBudgetMetExactly()
    {
        var (kills, budget) = Environment.GetEnvironmentVariable("EVONAS_LONG") == "1" ? (40, 60_000L) : (5, 10_000L);
        using var some = new Some();
        string[] command =
        [
            "search",
            .. some.Search,
            "--budget",
            $"{budget}",
            "--repeat-duplicates",
            "--seed",
            "3",
            "--name",
            "cubes",
        ];
        var moments = new Random(20);
        for (var kill = 1; kill <= kills; kill++)
        {
            using var program = Start(some, command);
            for (var lines = moments.Next(3, 400); lines > 0; lines--)
                Assert.True(
                    await program.StandardOutput.ReadLineAsync().WaitAsync(Patience) is not null,
                    $"The search ended before it was killed for the {kill}th time."
                );
            program.Kill();
            await program.WaitForExitAsync().WaitAsync(Patience);
        }
        some.Said(command);

        var status = some.Json("status", "cubes");
        Assert.Equal(
            ("finished", budget, budget, 0L),
            ((string)status["state"]!, (long)status["births"]!, (long)status["scored"]!, (long)status["pending"]!)
        ); // A report has them.
        Assert.Contains("sound", some.Said("lineage", "cubes", "verify"));
        var ends = some.Said("lineage", "cubes", "export", "--format", "jsonl")
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonNode.Parse(line)!)
            .Where(line => (string?)line["event"] == "scored")
            .Select(line => (long)line["birth"]!)
            .ToList();
        Assert.Equal(Enumerable.Range(1, (int)budget).Select(birth => (long)birth), ends.Order());
    }

    [Fact]
    public void TheSameSeedOnOneSlotGivesTheSameLineageApartFromTimes()
    {
        using var some = new Some();
        foreach (var name in (string[])["one", "two"])
            some.Said(["search", .. some.Search, "--budget", "60", "--slots", "1", "--seed", "9", "--name", name]);

        Assert.Equal(Told("one"), Told("two"));

        IEnumerable<string> Told(string name) =>
            some.Said("lineage", name, "export", "--format", "jsonl")
                .TrimEnd('\n')
                .Split('\n')
                .Select(line =>
                {
                    var happening = JsonNode.Parse(line)!.AsObject();
                    happening.Remove("time");
                    foreach (var time in (string[])["seconds", "atSeconds"])
                        happening["run"]?.AsObject().Remove(time);
                    return happening.ToJsonString();
                });
    }

    [Fact]
    public async Task APlanTakesTheTimesOfASearchThatTrained()
    {
        using var some = new Some();
        using var images = new TinySet().WithFashionMnist(train: 24, test: 4);
        using (
            var program = Start(
                some,
                "search",
                "--name",
                "night",
                "--space",
                "regnet-x",
                "--limit",
                "parameters<=3M",
                "--data",
                images.Root,
                "--devices",
                "cpu",
                "--slots",
                "1",
                "--budget",
                "4",
                "--population",
                "2",
                "--steps",
                "2",
                "--train-images",
                "16",
                "--validation-images",
                "4",
                "--batch-size",
                "8"
            )
        )
        {
            var (said, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
            await program.WaitForExitAsync().WaitAsync(Patience);
            Assert.True(program.ExitCode == 0, $"{await said}\n{await error}");
        }
        double[] took =
        [
            .. some.Said("lineage", "night", "export", "--format", "jsonl")
                .TrimEnd('\n')
                .Split('\n')
                .Select(line => (double?)JsonNode.Parse(line)!["run"]?["seconds"])
                .OfType<double>(),
        ];

        var plan = some.Json(
            "simulate",
            "plan",
            "--space",
            some.Space,
            "--like",
            "night",
            "--evaluators",
            "1",
            "--budget",
            "60"
        )[0]!;

        Assert.Equal(4, took.Length);
        Assert.InRange((double)plan["trainingHours"]! * 3600 / 60, took.Min(), took.Max());
    }

    // A disk of its own: a tmpfs that only the search's processes see, with a file on it that takes most of it.
    [ApartTheory]
    [InlineData("24m", "22m", "0B", "the journal is not available")]
    [InlineData("300m", "100m", "256MB", "less than the reserve")]
    public async Task AFullDiskPausesTheSearchWhichGoesOnWhenThereIsRoom(
        string size,
        string ballast,
        string reserve,
        string said
    )
    {
        using var some = new Some();
        var disk = Directory.CreateDirectory(Path.Combine(some.Home, "disk")).FullName;
        var settings = Path.Combine(some.Home, "disk.conf");
        await File.WriteAllTextAsync(settings, $"evonas.disk-reserve = {reserve}");
        using var program = StartWithin(
            some,
            [
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                $"mount -t tmpfs -o size={size} tmpfs {disk} && head -c {ballast} /dev/zero >{disk}/ballast && \"$0\" "
                    + $"\"$@\"; code=$?; cp -r {disk}/searches {some.Home}; exit $code",
            ],
            [
                "search",
                .. some.Search,
                "--budget",
                "3000",
                "--repeat-duplicates",
                "--config",
                settings,
                "--name",
                "cubes",
            ],
            home: disk
        );
        var output = program.StandardOutput.ReadToEndAsync();
        var lines = new List<string>();
        while (lines.LastOrDefault()?.Contains(said) != true)
            lines.Add(
                await program.StandardError.ReadLineAsync().WaitAsync(Patience)
                    ?? throw new InvalidOperationException($"It never said '{said}', but: {string.Join('\n', lines)}")
            );
        File.Delete($"/proc/{program.Id}/root{disk}/ballast");
        await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.True(program.ExitCode == 0, await output);
        var status = some.Json("status", "cubes"); // A report is never null.
        Assert.Equal(("finished", 3000L), ((string)status["state"]!, (long)status["scored"]!));
        Assert.Contains("sound", some.Said("lineage", "cubes", "verify"));
    }

    [Fact]
    public async Task ADataSetThatIsCutIsRefusedWithItsFileBeforeTheSearchExists()
    {
        using var some = new Some();
        var folder = Directory.CreateDirectory(Path.Combine(some.Home, "data", "fashion-mnist")).FullName;
        foreach (
            var file in (string[])
                [
                    "train-images-idx3-ubyte",
                    "train-labels-idx1-ubyte",
                    "t10k-images-idx3-ubyte",
                    "t10k-labels-idx1-ubyte",
                ]
        )
            File.WriteAllBytes(Path.Combine(folder, file), [0, 0, 8, 3, 0, 0]);

        using var program = Start(some, "search", "--budget", "4", "--slots", "1", "--devices", "cpu");
        var said = program.StandardOutput.ReadToEndAsync();
        var error = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(2, program.ExitCode);
        Assert.Contains("train-images-idx3-ubyte", error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches", "regnet-x-1")));
        await said;
    }

    [Fact]
    public void ADeviceThatIsNotThereIsRefusedBeforeAnythingIsWritten()
    {
        using var some = new Some();

        var (code, _, error) = some.Run("search", "--devices", "cuda:99");

        Assert.Equal(2, code);
        Assert.StartsWith("error: There is no GPU 'cuda:99'.", error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches")));
    }

    [TerminalTheory]
    [InlineData(24, 80, true)]
    [InlineData(0, 0, false)]
    public async Task ATerminalWithoutASizeIsNone(int rows, int columns, bool isColoured)
    {
        using var some = new Some();
        var line = string.Join(' ', Program("sarch").Select(word => $"'{word}'"));
        // A pseudo terminal of its own, in which the program is started.
        using var process = StartLine(
            ["script", "-qec", $"stty rows {rows} cols {columns} && TERM=xterm exec {line}", "/dev/null"],
            some.Home
        );

        var said = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("There is no command 'sarch' in evonas.", said);
        Assert.Equal(isColoured, said.Contains('\u001b'));
    }

    internal static Process Start(Some some, params string[] args) => StartWithin(some, [], args);

    static Process StartWithin(Some some, string[] around, string[] args, string? home = null) =>
        StartLine([.. around, .. Program(args)], home ?? some.Home);

    static string[] Program(params string[] args) =>
        [
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            typeof(Cli.CommandLine.Evonas).Assembly.Location,
            .. args,
        ];

    static Process StartLine(string[] line, string home)
    {
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["EVONAS_HOME"] = home;
        return Process.Start(start)!; // Not null without the shell.
    }
}

/// <summary>Tests at a terminal of their own; skipped, with the reason, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class TerminalTheoryAttribute : TheoryAttribute
{
    static readonly string[] Folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);

    public TerminalTheoryAttribute() =>
        Skip = Folders.Any(folder => File.Exists(Path.Combine(folder, "script"))) ? null : "script is not installed.";
}

/// <summary>Tests that need a mount namespace of their own; skipped, with the reason, where one is not to be
/// had.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ApartTheoryAttribute : TheoryAttribute
{
    public ApartTheoryAttribute() => Skip = OwnMounts.Lack;
}
