using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Storage.Tests;

/// <summary>What a test needs and does not care about.</summary>
static class Some
{
    public const string Search = "search-some";

    public static readonly DateTime Time = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public static LineageEvent.Begun Begun(int populationSize = 4) =>
        new(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "9f3c",
                PopulationSize = populationSize,
                TournamentSize = 2,
                Budget = new(Evaluations: 1_000_000),
                Seed = 7,
            }
        );

    public static LineageEvent.Born Born(long birth) =>
        new(
            new(birth),
            birth > 4 ? new(birth - 4) : null,
            Genotype.Of((int)(birth % 7), (int)(birth / 7 % 11), (int)(birth % 1_000_003)),
            0,
            birth > 4 ? new("depth", "3", "4") : null
        );

    public static LineageEvent.Scored Scored(long birth) =>
        new(
            new(birth),
            new(0.5 + birth % 97 / 200.0),
            Metrics.Of((Metrics.Top1, 0.5 + birth % 97 / 200.0), (Metrics.Parameters, 1000 + birth)),
            [0.3, 0.4],
            null,
            new(1, "cpu:0", 1.25, birth)
        );

    /// <summary>A search as it happens: begun, then births that are scored; the oldest is retired.</summary>
    public static IEnumerable<LineageEvent> History(long births, int populationSize = 4)
    {
        yield return Begun(populationSize);
        for (long birth = 1; birth <= births; birth++)
        {
            yield return Born(birth);
            yield return Scored(birth);
            if (birth > populationSize)
                yield return new LineageEvent.Retired(new(birth - populationSize));
        }
    }

    public static Lineage Fold(IEnumerable<LineageEvent> events) =>
        events.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened));

    /// <summary>A lineage as bytes; equal ones are equal lineages.</summary>
    public static byte[] Canonical(Lineage lineage) => LineageSnapshot.Write(Search, lineage).ToArray();

    /// <summary>Events as a writer hands them over.</summary>
    public static SerializedEvent[] Serialized(
        IEnumerable<LineageEvent> events,
        long first = 1,
        string search = Search
    ) => [.. events.Select((happened, i) => EventSerializer.Write(search, first + i, happened))];
}
