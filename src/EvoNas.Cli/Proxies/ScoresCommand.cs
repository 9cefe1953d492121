using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Genetics;
using EvoNas.Reports;
using EvoNas.Reports.Proxies;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Training;

namespace EvoNas.Cli.Proxies;

/// <summary><c>evonas proxy scores</c>: what one batch says of networks that were not trained, and whether it ranks
/// those of a search as their trainings did.</summary>
static class ScoresCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        Option<string?> space = Options.Text("--space", "NAME|FILE.json", "Random networks of a space"),
            search = Options.Text("--search", "NAME", "Networks that a search has trained to the end"),
            sample = Options.Text("--sample", "N", "How many networks [10; of a search 100]"),
            scores = Options.Text("--scores", "NAME,…", $"{string.Join(", ", ZeroCostScore.Names)} [all]"),
            seed = Options.Text("--seed", "N", "Seed of sample, weights and batch [1; of a search its own]"),
            preset = Options.Text("--preset", "NAME", "Settings to begin with, as evonas train takes them"),
            device = Options.Text("--device", "NAME", "cpu or cuda:0 [a GPU if there is one]");
        var json = Options.Json("The scores");
        return new Verb("scores", "What one batch says of untrained networks")
            .Takes("Networks", space, search, sample, seed)
            .Takes("Scores", scores)
            .Takes("Batch", [preset, .. settings.For(KnownSettings.Training), device])
            .Takes("Data", settings.For(KnownSettings.Data))
            .Takes("Output", json)
            .Example("evonas proxy scores --space mnasnet --sample 20", "of random networks")
            .Example("evonas proxy scores --search night", "do they rank as the search's trainings did?")
            .Does(async parsed =>
            {
                var names = Names(parsed.GetValue(scores));
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var data = home.DataFolder(terminal.Variable, effective);
                var notes = terminal.Notes(quiet: parsed.GetValue(json));
                var subject = (parsed.GetValue(space), parsed.GetValue(search)) switch
                {
                    (null, { } name) => OfSearch(home.Find(name)),
                    ({ } name, null) => new Subject(SpaceSource.Find(name), null, 1, []),
                    (null, null) => throw new RequestException(
                        "evonas proxy scores needs networks.",
                        "Give --space NAME or --search NAME."
                    ),
                    _ => throw new RequestException(
                        "--space and --search name other networks.",
                        "Give one of the two."
                    ),
                };
                var training = subject.Settings is { } begun
                    ? EvaluationPlan.Again(effective, begun, parsed.GetValue(preset))
                    : EvaluationPlan.Training(
                        effective,
                        subject.Space,
                        parsed.GetValue(preset),
                        data: new(data),
                        say: notes
                    );
                var chosen = parsed.Seed(seed, subject.Seed);
                var count = (int)parsed.Whole(sample, subject.Settings is null ? 10 : 100, 1, 100_000);
                TorchLibrary.Load();
                await DataSets.Provide(training, data, notes);
                var place =
                    parsed.GetValue(device)
                    ?? (Gpu.All.Count > 0 && TorchSharp.torch.cuda.is_available() ? "cuda:0" : "cpu");
                using var batches = ProxyTraining.Load(
                    TaskCatalog.Of(training),
                    training,
                    new DataFolder(data),
                    place,
                    Environment.ProcessorCount,
                    subject.Seed
                );
                var drawn = subject.Settings is null ? Drawn(subject.Space, chosen, count) : subject.Networks;
                var scored = Score(batches, subject.Space, Some(drawn, count, chosen), names, chosen);
                if (parsed.GetValue(json))
                    terminal.WriteJson(ToJson(subject, names, scored));
                else
                    Write(terminal, subject, names, scored);
                return Exit.Done;
            });
    }

    /// <summary>What is scored.</summary>
    /// <param name="Space">Of the networks.</param>
    /// <param name="Settings">Of the search; null: there is none.</param>
    /// <param name="Seed">The search's, or 1.</param>
    /// <param name="Networks">The search's.</param>
    sealed record Subject(Space Space, TrainingSettings? Settings, ulong Seed, IReadOnlyList<Candidate> Networks);

    /// <param name="Birth">The number in the search, or in the sample.</param>
    /// <param name="Genotype">Of the network.</param>
    /// <param name="Fitness">Of its training; null: it was not trained.</param>
    sealed record Candidate(ulong Birth, Genotype Genotype, double? Fitness);

    sealed record ScoredNetwork(Candidate Candidate, Sequence<ZeroCostScore> Scores);

    static Sequence<string> Names(string? text)
    {
        if (text is null)
            return ZeroCostScore.Names;
        string[] names = [.. text.Split(',').Select(name => name.Trim()).Distinct()];
        foreach (var name in names)
            if (!ZeroCostScore.Names.Contains(name))
                throw Nearest.Unknown("zero-cost score", name, ZeroCostScore.Names);
        return [.. names];
    }

    static Subject OfSearch(SearchFolder search)
    {
        var request = Resumption.Of(search, History.Lineage(search), null);
        if (request.Evaluation is not EvaluationPlan.Train { Settings: var settings } || request.Space.Build is null)
            throw new RequestException(
                $"'{search.Name}' trains no networks of its space: there is nothing to score.",
                "Name a search that trains networks."
            );
        // Finalists are networks that are there already, and what was promoted was trained longer than the others.
        Candidate[] trained =
        [
            .. from one in History.Ancestry(search).Everyone
            where one is { Scored.StoppedAtEpoch: null, Born: { RepeatOf: null, Promoted: null } }
            select new Candidate((ulong)one.Born.Birth.Value, one.Born.Genotype, one.Scored!.Fitness.Value),
        ];
        return trained.Length > 0
            ? new(request.Space, settings, request.Settings.Seed, trained)
            : throw new FailedException(
                $"'{search.Name}' has trained no network to the end yet.",
                "Give the command again later."
            );
    }

    static IReadOnlyList<Candidate> Drawn(Space space, ulong seed, int count) =>
        space.Build is null
            ? throw new RequestException(
                $"'{space.Name}' is a space without networks: there is nothing to score.",
                "Name a space of networks."
            )
            :
            [
                .. Enumerable
                    .Range(1, count)
                    .Select(i => new Candidate(
                        (ulong)i,
                        space.Decisions.Sample(SeededRandom.For(seed, new BirthNumber(i))),
                        null
                    )),
            ];

    // In the order of their births.
    static IEnumerable<Candidate> Some(IReadOnlyList<Candidate> all, int count, ulong seed) =>
        all.Count <= count
            ? all
            : all.OrderBy(one => SeededRandom.For(seed, $"scored {one.Birth}").Next())
                .Take(count)
                .OrderBy(one => one.Birth);

    static IReadOnlyList<ScoredNetwork> Score(
        ProxyTraining batches,
        Space space,
        IEnumerable<Candidate> networks,
        Sequence<string> names,
        ulong seed
    )
    {
        using var stop = new CancellationTokenSource();
        using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
        var scored = new List<ScoredNetwork>();
        try
        {
            foreach (var one in networks)
                scored.Add(
                    new(
                        one,
                        batches.Score(
                            space.Decode(one.Genotype, batches.Target),
                            // As a worker of a search begins with them.
                            SeededRandom.For(seed, $"training {one.Birth}").Next(),
                            names,
                            its => its.For(space, space.Decisions.Read(one.Genotype)),
                            stop.Token
                        )
                    )
                );
        }
        catch (OperationCanceledException)
        {
            throw new FailedException($"Stopped after {Figures.Counted(scored.Count, "network")}.", null);
        }
        return scored;
    }

    // Of the networks that have the score.
    static (int Count, double? Spearman) Agreement(IReadOnlyList<ScoredNetwork> scored, int score)
    {
        ScoredNetwork[] known = [.. scored.Where(one => one.Scores[score].Value is not null)];
        return (
            known.Length,
            Spearman.Of(
                [.. known.Select(one => one.Scores[score].Value!.Value)], // Filtered above.
                [.. known.Select(one => one.Candidate.Fitness!.Value)] // A search's networks have one.
            )
        );
    }

    static JsonObject ToJson(Subject subject, Sequence<string> names, IReadOnlyList<ScoredNetwork> scored) =>
        new()
        {
            ["space"] = subject.Space.Name,
            ["networks"] = new JsonArray([
                .. scored.Select(one => new JsonObject
                {
                    ["birth"] = one.Candidate.Birth,
                    ["genotype"] = one.Candidate.Genotype.ToString(),
                    ["fitness"] = one.Candidate.Fitness,
                    ["scores"] = new JsonArray([
                        .. one.Scores.Select(score => new JsonObject
                        {
                            ["name"] = score.Name,
                            ["value"] = score.Value,
                            ["seconds"] = score.Seconds,
                            ["failure"] = score.Failure,
                        }),
                    ]),
                }),
            ]),
            ["agreement"] = subject.Settings is null
                ? null
                : new JsonArray([
                    .. names.Select(
                        (name, i) =>
                            new JsonObject
                            {
                                ["name"] = name,
                                ["networks"] = Agreement(scored, i).Count,
                                ["spearman"] = Agreement(scored, i).Spearman,
                            }
                    ),
                ]),
        };

    static void Write(Terminal terminal, Subject subject, Sequence<string> names, IReadOnlyList<ScoredNetwork> scored)
    {
        if (subject.Settings is null)
        {
            var rows = new Listing([
                ("GENOTYPE", Listing.Kind.Long),
                .. names.Select(name => (name.ToUpperInvariant(), Listing.Kind.Number)),
            ]);
            foreach (var one in scored)
                rows.Add([
                    one.Candidate.Genotype.ToString(),
                    .. one.Scores.Select(score => score.Value is { } value ? Number(value) : score.Failure!),
                ]);
            rows.Write(terminal);
            return;
        }
        var agreements = new Listing(
            ("SCORE", Listing.Kind.Text),
            ("NETWORKS", Listing.Kind.Number),
            ("SPEARMAN", Listing.Kind.Number),
            ("SECONDS", Listing.Kind.Number)
        );
        for (var i = 0; i < names.Count; i++)
        {
            var (count, spearman) = Agreement(scored, i);
            var score = i;
            agreements.Add(
                names[i],
                $"{count}",
                spearman is { } known ? Number(known) : "",
                Number(scored.Average(one => one.Scores[score].Seconds))
            );
        }
        agreements.Write(terminal);
        terminal.Out.WriteLine(
            "Spearman's ρ with the fitness; seconds a network. A score is worth its time where it beats "
                + $"{ZeroCostScore.Parameters} and {ZeroCostScore.MultiplyAdds}."
        );
    }

    static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
