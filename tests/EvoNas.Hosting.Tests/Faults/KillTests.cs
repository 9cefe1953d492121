using System.Diagnostics;
using EvoNas.Rehearsal;

namespace EvoNas.Hosting.Tests.Faults;

/// <summary>Searches in processes of their own that are killed without warning, and resumed until they end.</summary>
public sealed class KillTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("evonas-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The goal: a search that dies at any moment, as often as it likes, ends with the journal of one that never did.
    // The method: kill the search, or one of its workers, when a random number of events has become durable; start it
    // again; at the end hold the journal to the promises. The moments are drawn from a seed, what the processes do at
    // them is theirs.
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task ASearchKilledTwentyTimesEndsAsIfItHadNeverBeen(bool parent)
    {
        var search = new RehearsalSearch(_folder) { Budget = 200, Evaluation = """{"milliseconds": 20}""" };
        var moments = new Random(parent ? 1 : 2);
        var kills = 0;
        for (var finished = false; !finished; )
        {
            using var running = Start(search);
            var left = moments.Next(1, 9);
            while (!finished)
            {
                if (await running.StandardOutput.ReadLineAsync() is null)
                {
                    await running.WaitForExitAsync();
                    finished = running.ExitCode == 0;
                    Assert.True(
                        finished || kills > 0,
                        $"The search ended with {running.ExitCode}: {await running.StandardError.ReadToEndAsync()}"
                    );
                    break;
                }
                if (kills >= 20 || --left > 0)
                    continue;
                kills++;
                left = moments.Next(1, 9);
                if (parent)
                {
                    running.Kill(); // SIGKILL, to this process alone: its workers must find out for themselves.
                    await running.WaitForExitAsync();
                    break;
                }
                foreach (var worker in Processes.ChildrenOf(running.Id).Take(1))
                    worker.Kill();
            }
        }

        Assert.Equal(20, kills);
        var events = History.Of(search);
        Assert.NotEmpty(events);
    }

    [Fact]
    public async Task NoWorkerOutlivesAParentThatIsKilled()
    {
        var search = new RehearsalSearch(_folder) { Budget = 60, Evaluation = """{"milliseconds": 60000}""" };
        using var running = Start(search);
        // The first births are durable, so workers are being started or at work.
        for (var line = 0; line < 3; line++)
            Assert.NotNull(await running.StandardOutput.ReadLineAsync());
        var workers = await Processes.Eventually(
            () => Processes.ChildrenOf(running.Id).ToArray(),
            children => children.Length == search.Slots
        );

        running.Kill();

        foreach (var worker in workers)
            await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task AnOutcomeThatWasKeptAndNeverAcknowledgedIsCountedAtTheNextStart()
    {
        var search = new RehearsalSearch(_folder)
        {
            Budget = 6,
            Slots = 1,
            Evaluation = """{"milliseconds": 2}""",
        };
        // Birth 1 is born and its worker is at work, when everything dies; its outcome is on disk.
        using (var running = Start(search with { Evaluation = """{"milliseconds": 60000}""" }))
        {
            for (var line = 0; line < 2; line++)
                Assert.NotNull(await running.StandardOutput.ReadLineAsync());
            running.Kill();
            await running.WaitForExitAsync();
        }
        Directory.CreateDirectory(Path.Combine(_folder, "spool"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "spool", "birth-1.json"),
            """{"kind":"ended","birth":1,"attempt":1,"outcome":"trained","metrics":{"top1":0.875},"""
                + """ "curve":[0.5],"seconds":60}"""
        );
        await File.WriteAllTextAsync(Path.Combine(_folder, "spool", "birth-2.json"), "{ half a fi");

        await search.Run();

        File.Delete(Path.Combine(_folder, "spool", "birth-2.json")); // Left for a person to look at.
        var first = Assert.Single(
            (History.Of(search)).OfType<Lineages.LineageEvent.Scored>(),
            scored => scored.Birth.Value == 1
        );
        Assert.Equal(0.875, first.Fitness.Value);
    }

    // Fault F13. The goal: what is in the journal although no actor was told counts once. The method: the process ends
    // itself as soon as an event is durable, before what follows from it is said; then the search is run to its end.
    // The events are a birth's (2 and 3), a score's, and what comes with it.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(9)]
    public async Task WhatWasAppendedBeforeItsEffectsCountsOnce(int dies)
    {
        var search = new RehearsalSearch(_folder) { Budget = 8 };
        using (var running = Start(search, ("EVONAS_REHEARSAL_DIES_AT", $"{dies}")))
        {
            var said = await running.StandardOutput.ReadToEndAsync();
            await running.WaitForExitAsync();
            Assert.Equal(137, running.ExitCode);
            Assert.EndsWith($"{dies}\n", said);
        }

        await search.Run();

        History.Of(search);
    }

    static Process Start(RehearsalSearch search, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "EvoNas.Rehearsal.dll"), .. search.Arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!; // Not null without the shell.
    }
}

/// <summary>What the operating system knows of processes.</summary>
static class Processes
{
    public static IEnumerable<Process> ChildrenOf(int parent)
    {
        foreach (var process in Process.GetProcesses())
            if (ParentOf(process.Id) == parent)
                yield return process;
            else
                process.Dispose();
    }

    static int ParentOf(int process)
    {
        try
        {
            // After the name in parentheses, which may hold anything: state, parent.
            var text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(
                text[(text.LastIndexOf(')') + 2)..].Split(' ')[1],
                System.Globalization.CultureInfo.InvariantCulture
            );
        }
        catch (IOException)
        {
            return 0;
        } // It ended in the meantime.
    }

    /// <summary>Asks until the answer is as it should be; a test that waits for ever is ended by the runner.</summary>
    public static async Task<T> Eventually<T>(Func<T> ask, Func<T, bool> good)
    {
        while (true)
        {
            var answer = ask();
            if (good(answer))
                return answer;
            await Task.Yield();
        }
    }
}
