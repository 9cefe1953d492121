using System.Text.Json.Nodes;
using EvoNas.Cli.Tests.Processes;
using EvoNas.Torch.Tests.Support;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches in rungs whose worker processes train, keep checkpoints and go on with them.</summary>
public sealed class RungTrainingTests : IDisposable
{
    readonly Some _some = new();
    readonly TinySet _images = new TinySet().WithFashionMnist(train: 24, test: 4);

    public void Dispose()
    {
        _some.Dispose();
        _images.Dispose();
    }

    string[] With(params string[] args) => [.. args, "--data", _images.Root, "--devices", "cpu"];

    async Task<string> Said(params string[] args)
    {
        using var program = ProgramTests.Start(_some, With(args));
        var (said, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync().WaitAsync(ProgramTests.Patience);
        Assert.True(program.ExitCode == 0, $"{await said}\n{await error}");
        return await said;
    }

    // Until a birth has ended that continues another one; then the process is killed. False: a machine that is busy
    // enough let it end before.
    async Task<bool> Killed(params string[] args)
    {
        using var program = ProgramTests.Start(_some, With(args));
        while (
            await program.StandardOutput.ReadLineAsync().WaitAsync(ProgramTests.Patience) is { } line
            && !line.Contains(" on rung 1", StringComparison.Ordinal)
        ) { }
        program.Kill();
        await program.WaitForExitAsync().WaitAsync(ProgramTests.Patience);
        return program.ExitCode != 0;
    }

    static string[] Search(string name) =>
        [
            "search",
            "--name",
            name,
            "--space",
            "mnasnet",
            "--limit",
            "parameters<=1M",
            "--algorithm",
            "asha",
            "--reduction",
            "2",
            "--population",
            "4",
            "--budget",
            "4",
            "--slots",
            "1",
            "--epochs",
            "4",
            "--image-side",
            "32",
            "--train-images",
            "8",
            "--validation-images",
            "8",
            "--batch-size",
            "4",
            "--measure-latency",
            "false",
        ];

    string Checkpoints(string name) => Path.Combine(_some.Home, "searches", name, "checkpoints");

    JsonObject[] Events(string name) =>
        [
            .. _some
                .Said("lineage", name, "export", "--format", "jsonl")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!.AsObject()),
        ];

    JsonObject[] Scores(string name) => [.. Events(name).Where(one => (string?)one["event"] == "scored")];

    [Fact]
    public async Task APromotionGoesOnWithItsTrainingAfterAKillAsIfNothingHadHappened()
    {
        await Said(Search("whole"));
        if (await Killed(Search("killed")))
        {
            Assert.NotEmpty(Directory.GetFiles(Checkpoints("killed")));
            await Said("resume", "killed", "--slots", "1");
        }

        // Curves to the last bit, and nothing was begun again.
        Assert.Equal(Scores("whole").Select(Measured), Scores("killed").Select(Measured));
        Assert.All(Scores("killed"), one => Assert.Null(one["from"]));
        Assert.Contains(Scores("killed"), one => one["curve"]!.AsArray().Count == 4); // A score has one.
        Assert.Contains("sound", _some.Said("lineage", "killed", "verify"));
        Assert.False(Directory.Exists(Checkpoints("killed")));
        Assert.False(Directory.Exists(Checkpoints("whole")));

        static string Measured(JsonObject one) =>
            $"{one["birth"]} {one["fitness"]!["value"]} {one["curve"]!.ToJsonString()}"; // A score has them.
    }

    // Nothing can be written into a folder that is a file.
    [Fact]
    public async Task WithoutCheckpointsTrainingsBeginAtZeroAndTheScoresSaySo()
    {
        var file = _some.Write("no-folder", "");
        var config = _some.Write("search.conf", $"evonas.worker.checkpoints = \"{file}\"\n");

        await Said([.. Search("lost"), "--config", config]);

        var births = Events("lost").Where(one => (string?)one["event"] == "promoted").ToArray();
        var again = Scores("lost").Where(one => one["from"] is not null).ToArray();
        Assert.NotEmpty(again);
        Assert.Equal(births.Select(one => (int?)one["birth"]), again.Select(one => (int?)one["birth"]));
        Assert.All(again, one => Assert.Equal(0, (int)one["from"]!)); // Filtered above.
        var logs = Directory.GetFiles(Path.Combine(_some.Home, "searches", "lost", "logs")).Select(File.ReadAllText);
        var log = string.Concat(logs);
        Assert.Contains("cannot be written", log);
        Assert.Contains("The training begins at zero.", log);
        Assert.Equal("finished", (string?)_some.Json("status", "lost")["state"]);
        Assert.Contains("sound", _some.Said("lineage", "lost", "verify"));
    }
}
