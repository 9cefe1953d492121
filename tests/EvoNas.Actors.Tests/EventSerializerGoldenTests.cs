using System.Text;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests;

/// <summary>What lies in people's journals must be readable for ever: the files in Golden/ are only ever added
/// to.</summary>
/// <remarks>A line is a manifest, a tab and a payload; its number is the event's. A new version or manifest gets a file
/// of its own.</remarks>
public class EventSerializerGoldenTests
{
    const string Search = "search-golden";

    static readonly LineageEvent[] Version1 =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Evaluation = """{"kind":"proxy","epochs":3}""",
                Seed = 1801,
                Algorithm = Algorithm.Evolution,
                PopulationSize = 2,
                TournamentSize = 2,
                Budget = new(Evaluations: 4, Hours: 1.5),
                RepeatDuplicates = true,
                EarlyStopping = false,
                Objective = new(
                    [new(Metrics.Top1), new("latencyMs", -0.07, 80)],
                    IsSum: false,
                    [new(Metrics.MultiplyAdds, 3e8, AtLeast: false, Hard: true, Power: -1)]
                ),
            }
        ),
        new LineageEvent.Born(new(1), null, Genotype.Of(12, 0, 34), Draw: 1),
        new LineageEvent.Born(
            new(2),
            null,
            new Genotype([7, Gene.Real(0.25), Gene.Real(3), Gene.Real(1e-7), Gene.Real(1e+20)])
        ),
        new LineageEvent.Scored(
            new(1),
            new(0.8125, Feasible: false),
            Metrics.Of((Metrics.Top1, 0.8125), (Metrics.MultiplyAdds, 312_000_000), ("latencyMs", 1.0 / 3)),
            [0.5, 0.8125],
            null,
            new(1, "cuda:0", 12.5, 13.25)
        ),
        new LineageEvent.RuledOut(
            new(2),
            RuledOutReason.Crash,
            "signal 11 in \"conv2d\"\nGröße 3×3",
            new(2, "cpu:1", 0.5, 20)
        ),
        new LineageEvent.Born(new(3), new(1), Genotype.Of(12, 1, 34), 0, new("blocks[1].width", "24", "'wide'")),
        new LineageEvent.Scored(new(3), new(-1e300), default, [], 2, new(1, "cuda:0", 1e-3, 1e6)),
        new LineageEvent.Retired(new(1)),
        new LineageEvent.Finished(FinishedReason.Budget),
        new LineageEvent.Extended(new(Evaluations: 100, SlotHours: 2)),
        new LineageEvent.Finished(FinishedReason.Exhausted),
    ];

    // Added later, with manifests of their own.
    static readonly LineageEvent[] Ends =
    [
        new LineageEvent.RuledOut(
            new(2),
            RuledOutReason.Unscorable,
            "neg^0.5 is not a number where neg is -1.",
            new(1, "cpu:0", 0.5, 20)
        ),
        new LineageEvent.Finished(
            FinishedReason.Limit,
            new(
                18_432,
                [new(Metrics.MultiplyAdds, 1, AtLeast: false, Hard: true, Power: -1)],
                Metrics.Of((Metrics.MultiplyAdds, 12_563_652)),
                AtSeconds: 5.25
            )
        ),
        new LineageEvent.Finished(FinishedReason.DrawsSpent, new(65_536, Left: 70, Size: 2000)),
    ];

    // Later still: the algorithms that have rules.
    static readonly LineageEvent[] WithRules =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Seed = 1801,
                Algorithm = Algorithm.Auto,
                Rules = new(Founders: 3, Patience: 128, Neighbours: true),
                PopulationSize = 20,
                TournamentSize = 20,
                Budget = new(Evaluations: 40),
            }
        ),
        new LineageEvent.Exhausted(new(7)),
    ];

    // Later still: several objectives.
    static readonly LineageEvent[] WithObjectives =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Seed = 1801,
                Algorithm = Algorithm.Nsga2,
                PopulationSize = 50,
                TournamentSize = 2,
                Budget = new(Evaluations: 500),
                Objective = Objective.Accuracy with
                {
                    Limits = [new("latencyMs", 20, AtLeast: false, Hard: false, Power: -0.07)],
                },
                Pareto = new(
                    [new([new("latencyMs", -1)], IsSum: true)],
                    new(Founders: 50, Crossover: 0.9, Neighbours: true),
                    new([0.1, -40], ReferenceOrigin.Given)
                ),
            }
        ),
        new LineageEvent.Born(new(1), null, Genotype.Of(12, 0, 34)),
        new LineageEvent.Born(new(2), new(1), Genotype.Of(12, 1, 35), 3, Mate: new BirthNumber(1)),
    ];

    // Later still: finalists.
    static readonly LineageEvent[] WithFinalists =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Seed = 1801,
                Algorithm = Algorithm.Auto,
                Rules = new(Founders: 3, Patience: 128, Neighbours: true),
                PopulationSize = 20,
                TournamentSize = 20,
                Finalists = new([new(5, 6), new(2, 3)]),
                Budget = new(Evaluations: 500),
            }
        ),
        new LineageEvent.Born(new(471), null, Genotype.Of(12, 0, 34), RepeatOf: new BirthNumber(17)),
        new LineageEvent.Finished(FinishedReason.Budget, Winner: new(new(17), 0.8125, 0.75, 0.875, 6, 0.625, 1.0 / 64)),
        new LineageEvent.Finished(
            FinishedReason.DrawsSpent,
            new(65_536, Left: 70, Size: 2000),
            new(new(17), 0.8125, 0.75, 0.875, 6, 0.625, 1.0 / 64)
        ),
    ];

    // Later still: one that is guarded against drift, and finalists that are judged by data of their own.
    static readonly LineageEvent[] WithHeldOut =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Seed = 1801,
                Algorithm = Algorithm.Auto,
                Rules = new(Founders: 3, Patience: 128, Neighbours: true),
                PopulationSize = 20,
                TournamentSize = 20,
                Finalists = new([new(5, 6)]),
                HeldOutFinals = true,
                DriftGuard = 100,
                Budget = new(Evaluations: 500),
            }
        ),
        new LineageEvent.Born(new(101), null, Genotype.Of(12, 0, 34), RepeatOf: new BirthNumber(17), Guards: true),
        new LineageEvent.Finished(
            FinishedReason.Budget,
            Winner: new(new(17), 0.8125, 0.75, 0.875, 6, 0.625, 1.0 / 64, Gap: 1.0 / 32)
        ),
    ];

    // Later still: proposals.
    static readonly LineageEvent[] WithProposals =
    [
        new LineageEvent.Proposed([
            new(Genotype.Of(12, 0, 34), Proposal.ByUser),
            new(new Genotype([7, Gene.Real(0.25)]), "optuna tune #12"),
        ]),
        new LineageEvent.Born(new(8), null, Genotype.Of(12, 0, 34), Origin: Proposal.ByUser),
    ];

    // Later still: rungs.
    static readonly LineageEvent[] WithRungs =
    [
        new LineageEvent.Begun(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d93ab4c20",
                Seed = 1801,
                Algorithm = Algorithm.Asha,
                Rungs = new([1, 4, 11, 33, 100], Reduction: 3, Window: 300, Metric: "top1"),
                EarlyStopping = false,
                PopulationSize = 20,
                TournamentSize = 10,
                Budget = new(Evaluations: 40),
            }
        ),
        new LineageEvent.Born(new(9), null, Genotype.Of(12, 0, 34), Promoted: new BirthNumber(4), Rung: 2),
        new LineageEvent.Scored(
            new(9),
            new(0.8125),
            Metrics.Of((Metrics.Top1, 0.8125)),
            [],
            null,
            new(1, "cuda:0", 12.5, 13.25),
            From: 0
        ),
    ];

    [Fact]
    public void EventsOfVersion1AreReadAsTheyWereMeant()
    {
        Assert.Equal(WithRungs, Read("events-1-rungs.txt"));
        Assert.Equal(WithProposals, Read("events-1-proposals.txt"));
        Assert.Equal(WithFinalists, Read("events-1-finalists.txt"));
        Assert.Equal(WithHeldOut, Read("events-1-held-out.txt"));
        Assert.Equal(WithObjectives, Read("events-1-objectives.txt"));
        Assert.Equal(WithRules, Read("events-1-rules.txt"));
        Assert.Equal(Version1, Read("events-1.txt"));
        Assert.Equal(Ends, Read("events-1-ends.txt"));
    }

    // Until a version 2 is written; then this test goes, and the one above stays.
    [Fact]
    public void EventsAreWrittenAsVersion1HasThem()
    {
        Assert.Equal(Texts("events-1-rungs.txt"), WithRungs.Select(Written));
        Assert.Equal(Texts("events-1.txt"), Version1.Select(Written));
        Assert.Equal(Texts("events-1-ends.txt"), Ends.Select(Written));
        Assert.Equal(Texts("events-1-rules.txt"), WithRules.Select(Written));
        Assert.Equal(Texts("events-1-objectives.txt"), WithObjectives.Select(Written));
        Assert.Equal(Texts("events-1-finalists.txt"), WithFinalists.Select(Written));
        Assert.Equal(Texts("events-1-held-out.txt"), WithHeldOut.Select(Written));
        Assert.Equal(Texts("events-1-proposals.txt"), WithProposals.Select(Written));
    }

    [Fact]
    public void ProposalsHaveManifestsThatAnEarlierBuildRefuses() =>
        Assert.Equal(["proposed", "born-of-proposal"], WithProposals.Select(EventSerializer.ManifestOf));

    [Fact]
    public void RungsHaveManifestsThatAnEarlierBuildRefuses() =>
        Assert.Equal(["begun-with-rungs", "promoted", "scored"], WithRungs.Select(EventSerializer.ManifestOf));

    // A build that does not know them refuses them by name.
    [Fact]
    public void ReasonsThatCameLaterHaveManifestsOfTheirOwn() =>
        Assert.Equal(["unscorable", "draws-spent", "draws-spent"], Ends.Select(EventSerializer.ManifestOf));

    [Fact]
    public void SettingsWithRulesHaveAManifestThatAnEarlierBuildRefuses() =>
        Assert.Equal(["begun-with-rules", "exhausted"], WithRules.Select(EventSerializer.ManifestOf));

    [Fact]
    public void SettingsOfSeveralObjectivesHaveAManifestThatAnEarlierBuildRefuses() =>
        Assert.Equal(["begun-with-objectives", "born", "born"], WithObjectives.Select(EventSerializer.ManifestOf));

    [Fact]
    public void SettingsWithFinalistsHaveAManifestThatAnEarlierBuildRefuses() =>
        Assert.Equal(
            ["begun-with-finalists", "repeated", "finished-with-winner", "finished-with-winner"],
            WithFinalists.Select(EventSerializer.ManifestOf)
        );

    [Fact]
    public void GuardsAndDataOfTheFinalistsHaveManifestsThatAnEarlierBuildRefuses() =>
        Assert.Equal(
            ["begun-with-held-out", "guarded", "finished-with-winner"],
            WithHeldOut.Select(EventSerializer.ManifestOf)
        );

    static IEnumerable<LineageEvent> Read(string file) =>
        Lines(file).Select((line, i) => EventSerializer.Read(Search, i + 1, line.Manifest, line.Payload));

    static IEnumerable<(string, string)> Texts(string file) =>
        Lines(file).Select(line => (line.Manifest, Encoding.UTF8.GetString(line.Payload)));

    static (string, string) Written(LineageEvent happened, int place)
    {
        var (manifest, payload) = EventSerializer.Write(Search, place + 1, happened);
        return (manifest, Encoding.UTF8.GetString(payload.Span));
    }

    [Fact]
    public void ASnapshotOfLineage1IsReadAndEqualsTheReplay()
    {
        var bytes = Convert.FromBase64String(File.ReadAllText(Golden("lineage-1.base64")));
        var replayed = Version1.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened));

        var read = LineageSnapshot.Read(Search, Version1.Length, "lineage-1", bytes);

        Assert.Equal(LineageSnapshot.Write(Search, replayed), LineageSnapshot.Write(Search, read));
    }

    static List<(string Manifest, byte[] Payload)> Lines(string file) =>
        [
            .. File.ReadLines(Golden(file))
                .Select(line => line.Split('\t'))
                .Select(parts => (parts[0], Encoding.UTF8.GetBytes(parts[1]))),
        ];

    static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);
}
