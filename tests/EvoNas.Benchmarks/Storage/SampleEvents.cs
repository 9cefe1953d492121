using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Storage;

/// <summary>A history such as a search leaves it: RegNet-X genotypes, four metrics, a curve of three epochs.</summary>
static class SampleEvents
{
    public const string Search = "search-benchmark";

    const int PopulationSize = 100;

    public static LineageEvent.Begun Begun { get; } =
        new(
            new SearchSettings
            {
                Space = "regnet-x",
                SpaceFingerprint = "5f0e8f1d",
                PopulationSize = PopulationSize,
                TournamentSize = 20,
                Budget = new(Evaluations: 1_000_000),
                Seed = 7,
            }
        );

    public static LineageEvent.Born Born(long birth) =>
        new(
            new(birth),
            birth > PopulationSize ? new(birth - 17) : null,
            Genotype.Of(
                (int)(birth % 13),
                (int)(birth / 13 % 32),
                (int)(birth / 7 % 60),
                (int)(birth % 5),
                (int)(birth % 100_003),
                (int)(birth / 100_003)
            ),
            0,
            birth > PopulationSize ? new("depth", "12", "13") : null
        );

    public static LineageEvent.Scored Scored(long birth)
    {
        var top1 = 0.6 + birth * 2654435761 % 300_007 / 1_000_000.0;
        return new(
            new(birth),
            new(top1),
            Metrics.Of(
                (Metrics.Top1, top1),
                (Metrics.Parameters, 2_684_792 + birth),
                (Metrics.MultiplyAdds, 198_321_152 + birth),
                ("trainingSeconds", 9.81 + birth % 100 / 64.0)
            ),
            [0.41, 0.53, top1],
            null,
            new(1, "cuda:0", 12.625, birth * 12.5)
        );
    }

    /// <summary>The events of a birth from its asking to its member's leaving: two, or three once the population is
    /// full.</summary>
    public static IEnumerable<LineageEvent> Of(long birth)
    {
        yield return Born(birth);
        yield return Scored(birth);
        if (birth > PopulationSize)
            yield return new LineageEvent.Retired(new(birth - PopulationSize));
    }

    /// <summary>A whole history, serialized, in batches of a size. It has no end.</summary>
    public static IEnumerable<IReadOnlyList<SerializedEvent>> Batches(int size)
    {
        var (number, batch) = (1L, new List<SerializedEvent>());
        foreach (var happened in Enumerable.Range(1, int.MaxValue).SelectMany(birth => Of(birth)).Prepend(Begun))
        {
            batch.Add(EventSerializer.Write(Search, number++, happened));
            if (batch.Count < size)
                continue;
            yield return batch;
            batch = [];
        }
    }
}
