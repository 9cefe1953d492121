using System.Diagnostics;

namespace EvoNas.Cli.Tests.Processes;

/// <summary>The built program as a process: what only the system can show.</summary>
public class ProgramTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

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
        using (var program = Start(some, ["search", .. some.Search, "--budget", "100000000", "--repeat-duplicates", "--name", "cubes"]))
        {
            // The first end is on its way to us: the search runs.
            string? line;
            while ((line = await program.StandardOutput.ReadLineAsync().WaitAsync(Patience)) is not null && !line.Contains("#1  ")) { }
            var rest = program.StandardOutput.ReadToEndAsync();
            using (var kill = Process.Start("kill", ["-TERM", $"{program.Id}"])) await kill.WaitForExitAsync();
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
        using (var program = Start(some, ["search", .. some.Search, "--budget", "100000000", "--repeat-duplicates", "--name", "cubes"]))
        {
            while (await program.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && !line.Contains("#20  ")) { }
            program.Kill();
            await program.WaitForExitAsync().WaitAsync(Patience);
        }

        var before = (long)some.Json("status", "cubes")["births"]!; // A report has it.
        Assert.True(before >= 20);
        Assert.Equal("interrupted", (string?)some.Json("status", "cubes")["state"]);
        Assert.Equal(before, some.Said("lineage", "cubes", "export").TrimEnd('\n').Split('\n').Length - 1);
    }

    [Fact]
    public async Task ADataSetThatIsCutEndsTheSearchWithItsFile()
    {
        using var some = new Some();
        var folder = Directory.CreateDirectory(Path.Combine(some.Home, "data", "fashion-mnist")).FullName;
        foreach (var file in (string[])["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
            File.WriteAllBytes(Path.Combine(folder, file), [0, 0, 8, 3, 0, 0]);

        using var program = Start(some, "search", "--budget", "4", "--slots", "1", "--devices", "cpu");
        var said = program.StandardOutput.ReadToEndAsync();
        var error = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(1, program.ExitCode);
        Assert.Contains("train-images-idx3-ubyte", error);
        Assert.Equal(0, (long?)some.Json("status", "regnet-x-1")["ruledOut"]);
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

    static Process Start(Some some, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [typeof(Cli.CommandLine.Evonas).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["EVONAS_HOME"] = some.Home;
        return Process.Start(start)!; // Not null without the shell.
    }
}
