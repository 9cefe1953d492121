using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Lineages;
using EvoNas.Genetics;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Cli.Running;

/// <summary>The end of a search of policies: its best one against none, by repeated trainings with the same seeds. What
/// has ended is kept beside the journal, so that an interrupted comparison goes on with <c>evonas resume</c>.</summary>
static class PolicyTrials
{
    /// <summary>Compares what is not compared yet, and says what it comes to. Of other searches nothing
    /// happens.</summary>
    /// <returns>The exit code.</returns>
    public static int Finish(
        Terminal terminal,
        Home home,
        SearchFolder search,
        SearchRequest request,
        EffectiveSettings effective,
        bool json
    )
    {
        if (
            request.Space.Augment is not { } augment
            || request.Evaluation is not EvaluationPlan.Train { Settings: var s }
        )
            return Exit.Done;
        var ancestry = History.Ancestry(search);
        var repeats = RepeatsOf(search);
        if (repeats == 0 || LineageCommand.Champion(ancestry) is not { } best)
            return Exit.Done;
        var point = request.Space.Decisions.Read(best.Born.Genotype);
        var begun = new PolicyComparison(best.Born.Birth.Value, augment(point), TaskCatalog.Of(s).Score, repeats, []);
        var comparison = PolicyComparison.KeptIn(search.Folder) is { } kept && kept.IsOf(begun) ? kept : begun;
        if (comparison.Missing.Any())
            comparison = Train(terminal, home, search, request, s, point, effective, comparison, json);
        if (json)
        {
            var said = comparison.ToJson();
            said["verdict"] = comparison.Verdict;
            terminal.WriteJsonLine(new JsonObject { ["event"] = "policyComparison", ["comparison"] = said });
            return Exit.Done;
        }
        terminal.Out.WriteLine();
        foreach (var (what, scores) in comparison.Rows)
            terminal.Out.WriteLine($"  {what}: {scores}");
        terminal.Out.WriteLine($"  {comparison.Verdict}");
        terminal.Out.Flush();
        return Exit.Done;
    }

    // As the search was begun: a resumption is not given it again.
    static int RepeatsOf(SearchFolder search) =>
        Resumption
            .NotedPairs(search, "settings")
            .Where(pair => pair.Name == NetworkSettings.PolicyRepeats.Path)
            .Select(pair => int.TryParse(pair.Value, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .FirstOrDefault();

    static PolicyComparison Train(
        Terminal terminal,
        Home home,
        SearchFolder search,
        SearchRequest request,
        TrainingSettings settings,
        Point point,
        EffectiveSettings effective,
        PolicyComparison comparison,
        bool json
    )
    {
        var say = terminal.Notes(json);
        say(
            $"The best policy, {comparison.Policy}, against none: "
                + $"{Figures.Counted(comparison.Missing.Count(), "training")}."
        );
        TorchLibrary.Load();
        using var stop = new CancellationTokenSource();
        using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
        var slot = Slots.Plan(effective)[0];
        using var training = ProxyTraining.Load(
            TaskCatalog.Of(settings),
            settings,
            new DataFolder(home.DataFolder(terminal.Variable, effective)),
            slot.Device,
            slot.Threads,
            request.Settings.Seed
        );
        var network = request.Space.Decode(point.Genotype, training.Target);
        foreach (var (withPolicy, repeat) in comparison.Missing.ToArray())
        {
            var clock = Stopwatch.StartNew();
            TrainingOutcome outcome;
            try
            {
                outcome = training.Run(
                    network,
                    SeededRandom.For(request.Settings.Seed, $"policy comparison {repeat}").Next(),
                    stop: stop.Token,
                    // Without it the point's other settings stay.
                    adjust: its =>
                        withPolicy
                            ? its.For(request.Space, point)
                            : its.For(request.Space, point) with
                            {
                                Augment = null,
                            }
                );
            }
            catch (OperationCanceledException)
            {
                throw new FailedException(
                    "Stopped before the policy was compared with none.",
                    $"What has ended is kept: evonas resume {search.Name}"
                );
            }
            var score = (outcome as TrainingOutcome.Trained)?.Metrics[comparison.Metric];
            var done = new PolicyTraining(withPolicy, repeat, score, clock.Elapsed.TotalSeconds);
            comparison = comparison with { Trainings = [.. comparison.Trainings, done] };
            Keep(search, comparison);
            say(
                $"  {(withPolicy ? "with" : "without")} it, seed {repeat}: {comparison.Metric} "
                    + $"{(score is { } value ? Figures.Fitness(value) : "none")} in {Figures.Time(done.Seconds)}"
            );
        }
        return comparison;
    }

    static void Keep(SearchFolder search, PolicyComparison comparison)
    {
        try
        {
            var partial = PolicyComparison.PathIn(search.Folder) + ".partial";
            File.WriteAllText(partial, JsonText.Of(comparison.ToJson(), indented: true) + "\n");
            File.Move(partial, PolicyComparison.PathIn(search.Folder), overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FailedException(
                $"{PolicyComparison.PathIn(search.Folder)} cannot be written: {fault.Message}",
                "Free some space, or give yourself the right to write there."
            );
        }
    }
}
