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
