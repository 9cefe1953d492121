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

/// <summary><c>evonas simulate</c>: searches in worlds in which everything goes wrong, a world a seed.</summary>
static class SimulateCommand
{
    // With so many seeds every fault must have been seen; fewer say nothing of it.
    const int SeedsThatShowEverything = 300;

    // Breaches that are told in full; one is enough to look for its cause.
    const int ToldMax = 3;

    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var seeds = Options.Text("--seeds", "N", "How many worlds [300]");
        var first = Options.Text("--first-seed", "N", "The seed of the first; each next one has the next [1]");
        var shrink = Options.Text(
            "--shrink",
            "SEED",
            "Leave out of this seed's world whatever its breach does not need"
        );
        var json = Options.Json("The report");
        return new Verb("simulate", "Torture the protocol in simulated worlds; or plan a search")
        {
            Notes =
                "Machines, links, a journal and trainings under virtual time, everything from one seed; the cells are those of production. Ends with 1 where a promise broke.",
        }
            .Takes("Worlds", seeds, first, shrink)
            .Takes("Output", json)
            .With(PlanCommand.Make(terminal, home))
            .Example("evonas simulate --seeds 1000", "a minute of torture")
            .Example("evonas simulate --seeds 1 --first-seed 121", "one world again")
            .Example("evonas simulate plan --evaluators 500 --mean 20m --budget 20000", "how long it will take")
            .Does(parsed =>
                parsed.GetValue(shrink) is not null
                    ? Shrink(terminal, parsed.Seed(shrink, 0), parsed.GetValue(json))
                    : Torment(
                        terminal,
                        parsed.Seed(first, 1),
                        parsed.Whole(seeds, 300, 1, 1_000_000_000),
                        parsed.GetValue(json)
                    )
            );
    }

    static int Torment(Terminal terminal, ulong first, long seeds, bool json)
    {
        if (first > ulong.MaxValue - (ulong)seeds)
            throw new RequestException($"{seeds} seeds from {first} on pass {ulong.MaxValue}.", "Begin lower.");
        var (tally, broken) = (new Tally(), new List<Verdict>());
        var began = Environment.CpuUsage.TotalTime;
        for (var done = 0L; done < seeds; done++)
        {
            var verdict = FaultSimulation.Run(first + (ulong)done);
            tally.Add(verdict.Tally);
            if (verdict.Violation is not null)
            {
                broken.Add(verdict);
                if (!json && broken.Count <= ToldMax)
                    Tell(terminal, verdict);
            }
            if (terminal.IsInteractive && !json && done % 50 == 49)
                terminal.Out.Write($"\r{Figures.Exact(done + 1)} of {Figures.Exact(seeds)} worlds");
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
                $"{broken.Count} of {seeds} worlds broke a promise; the first is that of seed {broken[0].Seed}.",
                $"See the least that breaks it: evonas simulate --shrink {broken[0].Seed}."
            );
        if (unseen.Length > 0)
            throw new FailedException(
                $"In {seeds} worlds never seen: {string.Join(", ", unseen)}.",
                "Faults that never bite test nothing; take other seeds, or look into the simulator."
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
                $"{smallest.Faults.Count} of {smallest.Before} planned faults are left after {smallest.Worlds} worlds:"
            );
            foreach (var fault in smallest.Faults)
                terminal.Out.WriteLine("  " + fault);
            Tell(terminal, smallest.Verdict);
        }
        throw new FailedException($"Seed {seed} breaks {smallest.Verdict.Violation!.Promise}."); // Else nothing was shrunk.
    }

    static void Tell(Terminal terminal, Verdict verdict)
    {
        var violation = verdict.Violation!; // Asked of worlds that broke a promise.
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
        terminal.Out.WriteLine(
            $"seeds {first} to {first + (ulong)seeds - 1}: {(broken == 0 ? "no promise broke" : $"{broken} broke a promise")}"
        );
        terminal.Out.WriteLine(
            $"{Figures.Exact((long)(tally.Seconds / 3600))} virtual hours, {Figures.Exact(tally.Births)} births, {Figures.Exact(tally.Events)} events, {Figures.Exact(tally.Messages)} messages, {Figures.Exact(tally.MessagesLost)} lost"
        );
        terminal.Out.WriteLine(
            $"{Figures.Exact(tally.Crashes)} crashes, {Figures.Exact(tally.Freezes)} freezes, {Figures.Exact(tally.Partitions)} links cut, {Figures.Exact(tally.Recoveries)} recoveries"
        );
        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{seconds:0.0} s of processor: {tally.Seconds / 3600 / seconds:0} virtual hours a second, {seeds / seconds:0} worlds a second"
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
