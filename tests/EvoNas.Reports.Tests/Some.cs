using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports.Tests;

/// <summary>Histories of searches.</summary>
static class Some
{
    static readonly DateTime Begin = new(2026, 1, 2, 3, 4, 0, DateTimeKind.Utc);

    public static readonly SearchSettings Settings = new()
    {
        Space = "ladder",
        SpaceFingerprint = "f",
        PopulationSize = 10,
        TournamentSize = 2,
        Budget = new(Evaluations: 100),
        Objective = Objective.Parse("top1", ["madds<=3000"]),
    };

    public static ReportedSearch Search(string name, params IEnumerable<LineageEvent> events) =>
        ReportedSearch.Of(
            name,
            events.Prepend(new LineageEvent.Begun(Settings)).Select((happened, i) => (Begin.AddSeconds(i), happened))
        ) with
        {
            State = "running",
        };

    /// <summary>A birth and its score.</summary>
    public static IEnumerable<LineageEvent> Birth(
        long birth,
        long? parent,
        double fitness,
        double madds = 1000,
        string decision = "depth",
        string slot = "slot-1"
    ) =>
        [
            Born(birth, parent, decision),
            new LineageEvent.Scored(
                new(birth),
                new(fitness, madds <= 3000),
                Metrics.Of(("top1", fitness), ("madds", madds)),
                [],
                null,
                new(1, slot, 1, birth)
            ),
        ];

    public static LineageEvent Born(long birth, long? parent, string decision = "depth") =>
        new LineageEvent.Born(
            new(birth),
            parent is { } number ? new BirthNumber(number) : null,
            Genotype.Of((int)(birth % 3)),
            0,
            parent is null ? null : new(decision, "1", "2")
        );

    public static LineageEvent RuledOut(long birth, double atSeconds) =>
        new LineageEvent.RuledOut(new(birth), RuledOutReason.Crash, "It crashed.", new(1, "slot-1", 1, atSeconds));

    /// <summary>Scores that grow towards 1 with noise; every birth is the child of one of the last fifty.</summary>
    public static IEnumerable<LineageEvent> Many(int births)
    {
        for (var birth = 1; birth <= births; birth++)
        {
            var roll = (ulong)birth * 0x9E37_79B9_7F4A_7C15 >> 40;
            var fitness = 1 - 0.5 / Math.Sqrt(birth) - roll % 1000 / 5000.0;
            long? parent = birth <= 50 ? null : birth - 1 - (long)(roll % 49);
            foreach (
                var happened in Birth(birth, parent, fitness, 500 + roll % 3100, $"d{roll % 30}", $"slot-{roll % 8}")
            )
                yield return happened;
        }
    }
}
