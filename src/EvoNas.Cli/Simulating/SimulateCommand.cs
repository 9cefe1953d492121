using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Folders;
using EvoNas.Simulation;
using EvoNas.Simulation.Promises;

namespace EvoNas.Cli.Simulating;

/// <summary><c>evonas simulate</c>: fault simulation of searches, one simulation per seed.</summary>
static class SimulateCommand
{
    // In this many seeds every kind of fault must have had an effect; fewer do not tell.
    const int SeedsThatShowEverything = 300;

    // Violations that are printed in full.
    const int PrintedMax = 3;

    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var seeds = Options.Text("--seeds", "N", "How many simulations [300]");
        var first = Options.Text("--first-seed", "N", "The first seed; the others follow it [1]");
        var shrink = Options.Text(
            "--shrink",
            "SEED",
            "Remove from this seed's faults whatever its violation does not need"
        );
        var json = Options.Json("The report");
        return new Verb("simulate", "Simulate searches under faults and check every promise; or plan a search")
        {
            Notes =
                "Simulates machines, network, journal and trainings under virtual time, all from one seed; the actors "
                + "are the production code. Ends with exit code 1 if a promise broke.",
        }
            .Takes("Simulations", seeds, first, shrink)
            .Takes("Output", json)
            .With(PlanCommand.Make(terminal, home))
            .Example("evonas simulate --seeds 1000", "about 20 seconds of fault simulation")
            .Example("evonas simulate --seeds 1 --first-seed 121", "one simulation again")
            .Example("evonas simulate plan --evaluators 500 --mean 20m --budget 20000", "how long it will take")
            .Does(parsed =>
                parsed.GetValue(shrink) is not null
                    ? Shrink(terminal, parsed.Seed(shrink, 0), parsed.GetValue(json))
                    : Simulate(
                        terminal,
                        parsed.Seed(first, 1),
                        parsed.Whole(seeds, 300, 1, 1_000_000_000),
                        parsed.GetValue(json)
                    )
            );
    }

    static int Simulate(Terminal terminal, ulong first, long seeds, bool json)
    {
        if (first > ulong.MaxValue - (ulong)seeds)
            throw new RequestException(
                $"{seeds} seeds from {first} on exceed {ulong.MaxValue}.",
                "Use a smaller --first-seed."
            );
        var (tally, broken) = (new Tally(), new List<Verdict>());
        var began = Environment.CpuUsage.TotalTime;
        for (var done = 0L; done < seeds; done++)
        {
            var verdict = FaultSimulation.Run(first + (ulong)done);
            tally.Add(verdict.Tally);
            if (verdict.Violation is not null)
            {
                broken.Add(verdict);
                if (!json && broken.Count <= PrintedMax)
                    Tell(terminal, verdict);
            }
            if (terminal.IsInteractive && !json && done % 50 == 49)
                terminal.Out.Write($"\r{Figures.Exact(done + 1)} of {Figures.Exact(seeds)} simulations");
        }
        if (terminal.IsInteractive && !json)
            terminal.Out.Write("\r");
        var seconds = (Environment.CpuUsage.TotalTime - began).TotalSeconds;
        var unseen = seeds >= SeedsThatShowEverything ? tally.Missing.ToArray() : [];
        if (json)
            terminal.WriteJson(Report(first, seeds, tally, broken, seconds));
        else
            Tell(terminal, first, seeds, tally, broken.Count, seconds);
        if (broken.Count > 0)
            throw new FailedException(
                $"{broken.Count} of {seeds} simulations broke a promise; the first is that of seed {broken[0].Seed}.",
                $"Find the smallest case that still breaks it: evonas simulate --shrink {broken[0].Seed}."
            );
        if (unseen.Length > 0)
            throw new FailedException(
                $"In {seeds} simulations these never occurred: {string.Join(", ", unseen)}.",
                "Faults without effect test nothing: use other seeds, or check the simulator."
            );
        return Exit.Done;
    }

    static int Shrink(Terminal terminal, ulong seed, bool json)
    {
        if (FaultSimulation.Shrink(seed) is not { } smallest)
        {
            if (json)
                terminal.WriteJson(new JsonObject { ["seed"] = seed, ["breach"] = null });
            else
                terminal.Out.WriteLine($"Seed {seed} breaks no promise.");
            return Exit.Done;
        }
        if (json)
        {
            var report = ToJson(smallest.Verdict);
            report["faults"] = new JsonArray([.. smallest.Faults.Items.Select(fault => (JsonNode)fault)]);
            report["faultsBefore"] = smallest.Before;
            report["worlds"] = smallest.Worlds;
            terminal.WriteJson(report);
        }
        else
        {
            terminal.Out.WriteLine(
                $"{smallest.Faults.Count} of {smallest.Before} planned faults are left "
                    + $"after {smallest.Worlds} simulations:"
            );
            foreach (var fault in smallest.Faults)
                terminal.Out.WriteLine("  " + fault);
            Tell(terminal, smallest.Verdict);
        }
        // Shrinking returns violations only.
        throw new FailedException($"Seed {seed} breaks {smallest.Verdict.Violation!.Promise}.");
    }

    static void Tell(Terminal terminal, Verdict verdict)
    {
        var violation = verdict.Violation!; // Only violations are printed.
        terminal.Out.WriteLine($"seed={verdict.Seed} {verdict.FaultProfile} version={Evonas.Version}");
        terminal.Out.WriteLine(verdict.Replay);
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{violation.Promise} at {violation.AtSeconds:0.000} s: {violation.What}"
            )
        );
        terminal.Out.WriteLine($"  expected {violation.Expected}");
        terminal.Out.WriteLine($"  found    {violation.Found}");
        foreach (var line in violation.LastEvents)
            terminal.Out.WriteLine(line);
        terminal.Out.WriteLine();
    }

    static void Tell(Terminal terminal, ulong first, long seeds, Tally tally, int broken, double seconds)
    {
        var result = broken == 0 ? "no promise broke" : $"{broken} broke a promise";
        terminal.Out.WriteLine($"seeds {first} to {first + (ulong)seeds - 1}: {result}");
        terminal.Out.WriteLine(
            $"{Figures.Counted((long)(tally.Seconds / 3600), "virtual hour")}, "
                + $"{Figures.Counted(tally.Births, "birth")}, {Figures.Counted(tally.Events, "event")}, "
                + $"{Figures.Counted(tally.Messages, "message")}, "
                + $"{Figures.Exact(tally.MessagesLost)} lost"
        );
        terminal.Out.WriteLine(
            $"{Figures.Exact(tally.Crashes)} crashes, {Figures.Exact(tally.Freezes)} freezes, "
                + $"{Figures.Exact(tally.Partitions)} links cut, {Figures.Exact(tally.Recoveries)} recoveries"
        );
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds:0.0} s of CPU time: {tally.Seconds / 3600 / seconds:0} virtual hours per CPU second, "
                    + $"{seeds / seconds:0} simulations per CPU second"
            )
        );
        foreach (var occurrence in Enum.GetValues<Occurrence>())
            terminal.Out.WriteLine($"  {occurrence, -18} {Figures.Exact(tally[occurrence]), 12}");
    }

    static JsonObject Report(ulong first, long seeds, Tally tally, List<Verdict> broken, double seconds) =>
        new()
        {
            ["firstSeed"] = first,
            ["seeds"] = seeds,
            ["broken"] = broken.Count,
            ["virtualHours"] = tally.Seconds / 3600,
            ["processorSeconds"] = seconds,
            ["virtualHoursPerSecond"] = tally.Seconds / 3600 / seconds,
            ["births"] = tally.Births,
            ["events"] = tally.Events,
            ["letters"] = tally.Messages,
            ["lettersLost"] = tally.MessagesLost,
            ["crashes"] = tally.Crashes,
            ["freezes"] = tally.Freezes,
            ["partitions"] = tally.Partitions,
            ["recoveries"] = tally.Recoveries,
            ["seen"] = new JsonObject(
                Enum.GetValues<Occurrence>()
                    .Select(occurrence =>
                        KeyValuePair.Create<string, JsonNode?>(JsonName(occurrence.ToString()), tally[occurrence])
                    )
            ),
            ["breaches"] = new JsonArray([.. broken.Select(ToJson)]),
        };

    static JsonObject ToJson(Verdict verdict) =>
        new()
        {
            ["seed"] = verdict.Seed,
            ["mix"] = verdict.FaultProfile,
            ["replay"] = verdict.Replay,
            ["promise"] = verdict.Violation?.Promise.ToString(),
            ["what"] = verdict.Violation?.What,
            ["expected"] = verdict.Violation?.Expected,
            ["found"] = verdict.Violation?.Found,
            ["atSeconds"] = verdict.Violation?.AtSeconds,
            ["lastEvents"] = new JsonArray([
                .. (verdict.Violation?.LastEvents ?? []).Items.Select(line => (JsonNode)line),
            ]),
        };

    static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
