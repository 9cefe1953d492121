using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Dashboard.Tests;

/// <summary>Whom a search announces.</summary>
public sealed class WinnerTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task TheListNamesTheWinnerOfTheFinalistsWithItsMean()
    {
        var winner = new Winner(new(1), 0.6, 0.55, 0.65, 1, 1, 0.02);
        _some.Write(
            "day",
            [
                new LineageEvent.Begun(Some.Settings(3) with { Finalists = new([new(2, 1)]) }),
                .. Some.History(2).Where(one => one is LineageEvent.Born),
                Score(1, 0.7),
                Score(2, 0.9),
                new LineageEvent.Finished(FinishedReason.Budget, Winner: winner),
            ]
        );
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var day = (await client.Json("api/v1/searches"))["searches"]!.AsArray().Single()!;

        Assert.Equal((2, 0.9), ((long)day["best"]!["birth"]!, (double)day["best"]!["fitness"]!));
        Assert.Equal((1, 0.6), ((long)day["announced"]!["birth"]!, (double)day["announced"]!["fitness"]!));
        Assert.Equal((0.55, 0.65), ((double)day["winner"]!["low"]!, (double)day["winner"]!["high"]!));

        static LineageEvent Score(long birth, double fitness) =>
            new LineageEvent.Scored(
                new(birth),
                new(fitness),
                Metrics.Of((Metrics.Top1, fitness)),
                [],
                null,
                new(1, "slot-1", 1, birth)
            );
    }
}
